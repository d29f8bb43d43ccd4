package io.bilgewatch.agent.it;

import java.util.List;

/**
 * A program that behaves like a service, of the image that packaging/lib/services.sh makes.
 *
 * @param user of {@code docker run}
 * @param work a line of shell in the container that succeeds where the service does its work
 */
record Service(String name, String what, String user, List<String> command, String work) {
  private static final String GET = "wget -qO- http://127.0.0.1:8000/";
  private static final String POSTGRES = "/usr/lib/postgresql/15/bin/";

  static List<Service> all() {
    return List.of(
        new Service(
            "httpd",
            "busybox httpd with a PID file, a log and a counter",
            "0",
            shell(
                "mkdir -p /run/httpd && echo $$ >/run/httpd/httpd.pid &&"
                    + " exec httpd -f -v -p 127.0.0.1:8000 -h /srv/www 2>>/var/log/httpd.log"),
            "wget -qO- http://127.0.0.1:8000/cgi-bin/hit"),
        new Service(
            "nginx",
            "nginx, uploads to a proxy",
            "0",
            List.of("nginx", "-c", "/etc/nginx/app.conf"),
            "dd if=/dev/zero of=/dev/shm/b bs=1k count=64 && wget -qO- --post-file=/dev/shm/b"
                + " http://127.0.0.1:8000/"),
        new Service(
            "redis",
            "Redis, saved to disk",
            "100:100",
            shell(
                "exec redis-server --dir /var/lib/redis --save 900 1 --pidfile /run/redis/pid"
                    + " --unixsocket /run/redis/socket"),
            "redis-cli -s /run/redis/socket set k v && redis-cli save | grep OK"),
        new Service(
            "postgres",
            "PostgreSQL, from initdb on",
            "101:101",
            shell(
                "D=/var/lib/postgresql/data; [ -s $D/PG_VERSION ] || "
                    + (POSTGRES + "initdb -D $D || exit 1; exec ")
                    + (POSTGRES + "postgres -D $D -c listen_addresses= -c jit=off")
                    + " -c unix_socket_directories=/run/postgresql"),
            POSTGRES
                + "psql -qAtX -h /run/postgresql postgres -c 'create table if not exists t(x int)'"
                + " -c 'insert into t values (1)'"),
        new Service(
            "python",
            "Python, uploads and a cache in $HOME",
            "1000:1000",
            List.of("python3", "/srv/py/app.py"),
            GET),
        new Service(
            "java",
            "Java, uploads and a cache in $HOME",
            "1000:1000",
            List.of("/opt/jre/bin/java", "-Xmx32m", "-cp", "/srv/java", "App"),
            GET),
        new Service(
            "node",
            "Node.js, uploads and npm's cache",
            "1000:1000",
            List.of("node", "/srv/node/app.js"),
            GET),
        new Service(
            "worker",
            "a shell script with a lock, a state and a program that it unpacks",
            "0",
            List.of("/srv/bin/worker"),
            "[ $(($(date +%s) - $(cat /var/lib/worker/state))) -lt 4 ]"));
  }

  private static List<String> shell(String line) {
    return List.of("sh", "-c", line);
  }
}

# shellcheck shell=bash
# HTTP with bash alone, so that nothing need be installed to see whether the agent answers.

# http_status PORT PATH: prints the status code of 127.0.0.1:PORT, or nothing where nobody listens. The body is read to its end.
http_status() {
  local status=''
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
    read -r -t 5 _ status _ <&3
    timeout 5 cat <&3 >/dev/null
    exec 3<&-
  } 2>/dev/null
  echo "${status%$'\r'}"
}

# port_taken PORT: whether somebody listens on it, by /proc/net/tcp (proc(5)): local address, then state 0A.
port_taken() {
  local hex
  printf -v hex '%04X' "$((10#$1))"
  awk -v port=":$hex" '$4 == "0A" && index($2, port) { found = 1 } END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# http_free_port: prints a port that nobody listens on now, above the ephemeral range's usual end.
http_free_port() {
  local port=61000
  while port_taken "$port"; do
    ((port += 1))
  done
  echo "$port"
}

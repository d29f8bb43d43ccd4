# shellcheck shell=bash
# Half a dozen containers that write in different ways, for a look at Bilgewatch where no engine runs. Needs engine.sh.

SAMPLE_IMAGE=bilgewatch-sample:1

# sample DIR NAME ARGUMENT...: docker run; what it has to say (such as "no swap limit") only where it fails.
sample() {
  local dir=$1 name=$2 said
  shift 2
  said=$(engine_docker "$dir" run --network=none --name="$name" "$@" 2>&1) || {
    printf '%s\n' "$said" >&2
    return 1
  }
}

# Shell text that appends 1 MiB to a file every 5 s, up to a number of MiB, and then rests.
growing() {
  echo "i=0; while [ \$i -lt $2 ]; do dd if=/dev/zero bs=1M count=1 >>$1 2>/dev/null; i=\$((i + 1)); sleep 5; done; $IDLE"
}

IDLE='while :; do sleep 3600; done'

samples_start() {
  local dir=$1
  sample "$dir" layer-grows -d "$SAMPLE_IMAGE" sh -c "$(growing /var/log/app.log 200)"
  sample "$dir" sealed -d --read-only --tmpfs /tmp:size=16m,noexec,nosuid,nodev --cap-drop ALL \
    --shm-size 8m --security-opt no-new-privileges --user 1000 --env HOME=/tmp --memory 256m --log-opt max-size=1m --log-opt max-file=2 \
    "$SAMPLE_IMAGE" sh -c "dd if=/dev/zero of=/tmp/cache bs=1M count=4 2>/dev/null; $IDLE"
  sample "$dir" tmpfs-unbounded -d --tmpfs /scratch --memory 64m "$SAMPLE_IMAGE" sh -c "$(growing /scratch/spool 40)"
  sample "$dir" nonroot -d --user 1000 "$SAMPLE_IMAGE" \
    sh -c "mkdir /home/app/.cache; dd if=/dev/zero of=/home/app/.cache/state bs=1M count=3 2>/dev/null; $IDLE"
  sample "$dir" stopped "$SAMPLE_IMAGE" sh -c 'dd if=/dev/zero of=/var/lib/app/leftover bs=1M count=5 2>/dev/null'
  sample "$dir" image-changed -d "$SAMPLE_IMAGE" sh -c \
    "echo changed >>/etc/motd; rm /usr/share/words/1 /usr/share/words/2; cp /bin/busybox /usr/dropped; chmod 755 /usr/dropped; $IDLE"
}

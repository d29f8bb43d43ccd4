#!/bin/sh
# A pipeline's step: builds the image and tries it as its contract says. Exit code 0: it keeps the contract.
#
# In the environment: BASE, the image to build on; DOCKER, BILGEWATCH and SECONDS_UP as the printed script takes them. Where the pipeline
# has no bilgewatch, commit the printed script instead of printing it each time.
set -eu
cd "$(dirname "$0")"

image=example-web:test
DOCKER_BUILDKIT=${DOCKER_BUILDKIT-0} ${DOCKER-docker} build --quiet --build-arg "BASE=${BASE-busybox:1}" --tag "$image" . >/dev/null
script=$(mktemp)
trap 'rm -f "$script"' EXIT
# The smoke test is run in the container: what must work for the service to be of use.
${BILGEWATCH-bilgewatch} contract test "$image" --contract web.yml --command 'wget -q -O - http://127.0.0.1:8080/log' >"$script"
sh "$script"

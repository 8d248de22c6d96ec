#!/bin/sh
# Becomes one function's process, in a mount namespace of its own: everything is read-only but /tmp, which holds 512 MB; the
# code lies in /var/task. Called by instance.ts: sandbox.sh CODE RUNTIME TMP CGROUP image|tmpfs MEGABYTES
set -eu
code=$1 runtime=$2 tmp=$3 cgroup=$4 kind=$5 megabytes=$6
[ -z "$cgroup" ] || echo $$ > "$cgroup/cgroup.procs"
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/task /mnt/runtime
mount --bind "$code" /mnt/task
mount -o remount,bind,ro /mnt/task
mount --bind "$runtime" /mnt/runtime
mount --rbind /mnt /var
mount -t tmpfs -o ro tmpfs /dev/shm
case $kind in
  image)
    # Through a mount of its own: the image is open for writing, which would keep / from becoming read-only.
    mkdir /mnt/disk
    mount --bind "$(dirname "$tmp")" /mnt/disk
    mount -o loop,nosuid,nodev "/mnt/disk/$(basename "$tmp")" /tmp
    umount -l /mnt/disk
    ;;
  tmpfs) mount -t tmpfs -o "size=${megabytes}m,mode=1777" tmpfs /tmp ;;
esac
chmod 1777 /tmp
mount -o remount,bind,ro /
cd /var/task
exec /var/runtime/node "--max-old-space-size=$NODE_HEAP_MB" /var/runtime/ric/index.mjs

# Starts a Sprocket jar with the JVM options of a push server. Sourced by the launchers; POSIX sh.
#
#   jar=/opt/sprocket/lib/sprocket.jar
#   . launch.sh                        replaces the shell with java; "$@" are the arguments of the program
#
# Variables of the environment, explained in docs/operate/README.md:
#   JAVA_HOME            Java to use; otherwise "java" of the PATH
#   JAVA_OPTS            JVM options; the last one wins, so they override those below
#   SPROCKET_JAVA_OPTS   the same, after JAVA_OPTS
#   SPROCKET_MEMORY      memory of the server, such as 256m; default: the limit of the cgroup, or that of the machine
#   SPROCKET_CACHE       directory of the start cache, or "off"; default: ${XDG_CACHE_HOME:-~/.cache}/sprocket

say() {
    echo "sprocket: $1" >&2
}

fail() {
    say "$1 (expected: Java 17 or newer; install a JRE, or set JAVA_HOME)"
    exit 1
}

# Sets java, and version to that of its release file, which takes no JVM to read.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME=$JAVA_HOME has no bin/java"
    else
        java=$(command -v java) || fail "java not found"
    fi
    java_real=$(readlink -f "$java" 2> /dev/null) || java_real=$java
    release=${java_real%/bin/*}/release
    version=
    libc=
    if [ -r "$release" ]; then
        while read -r line; do
            case $line in
                JAVA_VERSION=*) version=${line#*=} ;;
                'LIBC="gnu"') libc=gnu ;;
            esac
        done < "$release"
        version=${version#\"}
        version=${version%\"}
    fi
    if [ -z "$version" ]; then
        # 'openjdk version "17.0.15"', and "1.8.0" for Java 8
        version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
    fi
    major=${version%%[!0-9]*}
    [ "${major:-0}" -ge 17 ] || fail "$java is Java ${version:-of an unknown version}"
}

# Lowers memory to the number in a file of the kernel, if there is one.
at_most() {
    limit=
    { read -r limit < "$1"; } 2> /dev/null || return 0
    case $limit in
        # "max"; and 2^63 rounded to pages, which means no limit as well
        '' | *[!0-9]* | ???????????????????*) return 0 ;;
    esac
    [ "$limit" -ge "$memory" ] || memory=$limit
}

# Sets memory, in bytes.
find_memory() {
    memory=${SPROCKET_MEMORY:-}
    case $memory in
        *[kK]) unit=1024 ;;
        *[mM]) unit=1048576 ;;
        *[gG]) unit=1073741824 ;;
        *) unit=1 ;;
    esac
    memory=${memory%[kKmMgG]}
    case $memory in
        '') ;;
        *[!0-9]* | 0* | ????????????????*)
            say "SPROCKET_MEMORY ignored: $SPROCKET_MEMORY (expected: bytes, such as 256m or 2g)"
            memory=
            ;;
        *) memory=$((memory * unit)) ;;
    esac
    [ -z "$memory" ] || return 0
    memory=8589934592
    [ -r /proc/meminfo ] || return 0
    while read -r name kilobytes _; do
        case $name in
            MemTotal:) memory=$((kilobytes * 1024)); break ;;
        esac
    done < /proc/meminfo
    at_most /sys/fs/cgroup/memory.max
    at_most /sys/fs/cgroup/memory/memory.limit_in_bytes
    [ -r /proc/self/cgroup ] || return 0
    while IFS=: read -r id controllers group; do
        case $id:$controllers in
            0:) root=/sys/fs/cgroup file=memory.max ;;
            *:memory) root=/sys/fs/cgroup/memory file=memory.limit_in_bytes ;;
            *) continue ;;
        esac
        # a parent may have a lower limit
        while [ -n "${group%/}" ]; do
            at_most "$root$group/$file"
            group=${group%/*}
        done
    done < /proc/self/cgroup
}

# Tests that the JVM can return freed native memory: since 17.0.9, 21.0.1 and 22, on Linux with glibc.
can_trim() {
    [ -r /proc/meminfo ] || return 1
    case $libc in
        gnu) ;;
        *) return 1 ;;
    esac
    case $version in
        17.0.9 | 17.0.9.* | 17.0.[1-9][0-9]* | 21.0.[1-9]*) return 0 ;;
        *) [ "$major" -ge 22 ] ;;
    esac
}

# Sets options. docs/operate/README.md explains each of them, and the tests start both Java 17 and 25 with them.
choose_options() {
    # heap: a quarter of the memory, at most 512 MiB; buffers outside of it: a sixth, at most 512 MiB
    heap=$((memory / 4 / 1048576))
    direct=$((memory / 6 / 1048576))
    [ "$heap" -le 512 ] || heap=512
    [ "$heap" -ge 24 ] || heap=24
    [ "$direct" -le 512 ] || direct=512
    [ "$direct" -ge 16 ] || direct=16
    options="-Xms16m -Xmx${heap}m -XX:MaxDirectMemorySize=${direct}m"
    options="$options -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20"
    ! can_trim || options="$options -XX:TrimNativeHeapInterval=2000"
    case " $own_options " in
        # two collectors are an error of the JVM
        *" -XX:+Use"*GC" "*) ;;
        *)
            options="$options -XX:+UseSerialGC -XX:NewSize=5m -XX:NewRatio=8 -XX:-ShrinkHeapInSteps"
            options="$options -Dsprocket.idle-collection=on"
            ;;
    esac
    if [ "$major" -ge 25 ]; then
        options="$options -XX:+UseCompactObjectHeaders"
    fi
}

# Sets cached to the start cache of this jar and this Java, if there is one that is intact: the JVM may crash on others.
find_cache() {
    cached=
    for found in "$cache/$key"-*; do
        [ -f "$found" ] || continue
        sums=$(cksum < "$found") || continue
        if [ "${found#"$cache/$key"-}" = "${sums% *}-${sums#* }" ]; then
            cached=$found
        else
            rm -f "$found" 2> /dev/null || :
            broken=$found
        fi
    done
}

# Tests that nobody else can write to a directory.
is_private() {
    # shellcheck disable=SC2046 # several words: mode, links, owner, …
    set -- $(ls -ldn "$1/." 2> /dev/null)
    case ${1:-?????w} in
        ?????w* | ????????w*) return 1 ;;
    esac
    [ "$3" = 0 ] || [ "$3" = "$(id -u)" ]
}

# Sets cache and key, or cache to nothing and problem to the reason.
find_cache_directory() {
    problem=
    cache=${SPROCKET_CACHE:-}
    if [ -z "$cache" ]; then
        if [ -n "${XDG_CACHE_HOME:-}" ]; then
            cache=$XDG_CACHE_HOME/sprocket
        elif [ -n "${HOME:-}" ]; then
            cache=$HOME/.cache/sprocket
        else
            problem="no HOME"
            return 0
        fi
    fi
    if ! (umask 077 && mkdir -p "$cache") 2> /dev/null; then
        problem="cannot create $cache"
        cache=
    elif ! is_private "$cache"; then
        problem="others can write to $cache"
        cache=
    else
        place=$(echo "$jar $java_real" | cksum)
        # shellcheck disable=SC2012 # no names are read
        build=$({ echo "$(uname -m) 1" && ls -lnL "$jar" "$java_real" && cat "$release"; } 2> /dev/null | cksum)
        place=start-${place%% *}
        key=$place-${build%% *}
    fi
}

# Runs the server once to record which classes it loads. Others may do the same at the same time: the last one wins.
make_cache() {
    # left by a start that was killed
    find "$cache/." -name 'start-new-*' -mmin +60 -exec rm -rf {} + 2> /dev/null || :
    if ! new=$(umask 077 && mktemp -d "$cache/start-new-XXXXXX" 2> /dev/null); then
        problem="$cache is not writable"
        return 0
    fi
    say "making the start cache in $cache; takes some seconds, once for each jar and Java ..."
    record=-XX:ArchiveClassesAtExit
    [ "$major" -lt 25 ] || record=-XX:AOTCacheOutput
    trap 'kill -9 "$training" 2> /dev/null; rm -rf "$new"; exit 143' HUP INT TERM
    # shellcheck disable=SC2086 # several options
    (umask 077 && exec "$java" $options "$record=$new/cache" -jar "$jar" warm-up) > "$new/log" 2>&1 &
    training=$!
    if wait "$training" && [ -s "$new/cache" ]; then
        sums=$(cksum < "$new/cache")
        for old in "$cache/$place"-*; do
            rm -f "$old"
        done
        mv -f "$new/cache" "$cache/$key-${sums% *}-${sums#* }" 2> /dev/null || problem="cannot write to $cache"
        find_cache
    else
        # an error of the program, or the last line of the JVM
        reason=$(sed -n 's/^sprocket: //p' "$new/log" | tail -n 1)
        problem="the warm-up failed: ${reason:-$(tail -n 1 "$new/log")}"
    fi
    rm -rf "$new"
    trap - HUP INT TERM
}

# Sets cached, if there is to be a start cache.
use_cache() {
    cached=
    case " ${SPROCKET_CACHE:-} $own_options " in
        *" off "* | *" -Xshare:"* | *" -XX:SharedArchiveFile"* | *" -XX:AOT"* | *" -XX:ArchiveClassesAtExit"*) return 0 ;;
    esac
    find_cache_directory
    broken=
    [ -z "$cache" ] || find_cache
    case ${1:-} in
        serve | demo | warm-up)
            [ -z "$broken" ] || say "start cache is damaged: $broken"
            [ -n "$problem$cached" ] || make_cache
            [ -z "$problem" ] || say "no start cache, so the start is slower: $problem (SPROCKET_CACHE sets the directory)"
            ;;
    esac
}

own_options="${JAVA_OPTS:-} ${SPROCKET_JAVA_OPTS:-}"
find_java
find_memory
choose_options
use_cache "$@"
case ${1:-} in
    warm-up)
        [ -n "$cached" ] || exit 1
        echo "$cached"
        exit 0
        ;;
    serve | demo | listen) ;;
    # a command that ends soon does not need the second compiler
    *) options="$options -XX:TieredStopAtLevel=1" ;;
esac
set -- -jar "$jar" "$@"
if [ -z "$cached" ]; then
    :
elif [ "$major" -ge 25 ]; then
    set -- "-Xlog:aot*=error" "-XX:AOTCache=$cached" "$@"
else
    set -- "-Xlog:cds*=error" "-XX:SharedArchiveFile=$cached" "$@"
fi
# own_options are several words, without patterns of files
set -f
# shellcheck disable=SC2086
exec "$java" $options $own_options "$@"

namespace Creel.Adapters.Linux;

/// <summary>The shell's part of a start. Fixed text: all that varies comes as positional arguments, never as script.</summary>
internal static class LaunchScript
{
    /// <summary>
    /// FOLDER COUNT GROUP… TABLE PLACES NAMES EXPECTED COMMAND…: opens the log and the status file (descriptor 3) with the
    /// rights of whoever runs Creel, keeps the caller's pipe as descriptor 4, joins the control groups before anything else
    /// can run, binds what the table names, checks that nobody exchanged it meanwhile, and becomes the command. In a group of
    /// version 1 it joins as its only thread: as a process it would wait for all processors, up to 15 ms.
    /// </summary>
    public const string Launch = """
        set -eu
        umask 077
        folder=$1 count=$2
        shift 2
        exec 4>&1 </dev/null 3>"$folder/status.json" >>"$folder/log" 2>&1 5>&- 6>&- 7>&- 8>&- 9>&-
        IFS= read -r stat <"/proc/$$/stat"
        printf '%s\n' "$stat" >"$folder/launch.stat"
        umask 022
        while [ "$count" -gt 0 ]; do
            join=cgroup.procs
            [ ! -e "$1/tasks" ] || join=tasks
            echo 0 >"$1/$join"
            shift
            count=$((count - 1))
        done
        table=$1 places=$2 names=$3 expected=$4
        shift 4
        if [ -n "$table" ]; then
            mount --all --fstab "$table"
            cd "$places"
            if [ "$(stat --format=%d:%i $names)" != "$expected" ]; then
                echo "a folder of the cell was exchanged for another while it started"
                exit 1
            fi
            cd /
        fi
        ulimit -c 0
        exec "$@"
        """;

    /// <summary>
    /// COMMAND…: for a driver whose sandbox keeps no status file of its own. Stays beside the command, with the rights of whoever
    /// runs Creel, to write down which process it is and how it ended.
    /// </summary>
    public const string Watch = """
        "$@" 3>&- &
        child=$!
        exec 4>&-
        printf '{ "child-pid": %d }\n' "$child" >&3
        code=0
        wait "$child" || code=$?
        printf '{ "exit-code": %d }\n' "$code" >&3
        """;

    /// <summary>RUNTIME, in the cell and as its user: says that everything before it worked, and becomes the runtime.</summary>
    public const string Begin = """
        [ -d "$HOME" ] || mkdir -p "$HOME"
        echo up >&4
        exec 4>&- "$1"
        """;
}

namespace Creel.Adapters.Systemd;

/// <summary>The shell's part of a unit. Fixed text: all that varies comes as positional arguments, never as script.</summary>
internal static class UnitScript
{
    /// <summary>
    /// RUNTIME EXPECTED PATH…, in the cell and as its user: what was bound must be what was checked (device and inode of each
    /// path, a line each), since systemd walks to it by name; then it becomes the runtime.
    /// </summary>
    public const string Begin = """
        runtime=$1 expected=$2
        shift 2
        if [ "$(stat --format=%d:%i -- "$@")" != "$expected" ]; then
            echo "a folder of the cell was exchanged for another while it started" >&2
            exit 1
        fi
        [ -d "$HOME" ] || mkdir -p "$HOME"
        exec "$runtime"
        """;

    /// <summary>
    /// FOLDER START MEMORY, outside of the cell, whenever it has ended and while its control group is still there: writes down
    /// how, since systemd forgets a unit that is over and on cgroup version 1 does not tell want of memory from a kill.
    /// MEMORY is where the memory controller is mounted.
    /// </summary>
    public const string End = """
        umask 077
        folder=$1 start=$2 memory=$3
        group= oom=0 limit=
        while IFS=: read -r number names path; do
            case ,$names, in
                *,memory,*) group=$memory$path ;;
                ,,) [ -n "$group" ] || group=$memory$path ;;
            esac
        done </proc/self/cgroup
        for file in "$group/memory.events" "$group/memory.oom_control"; do
            [ -r "$file" ] || continue
            while read -r name count; do
                [ "$name" != oom_kill ] || oom=$count
            done <"$file"
        done
        for file in "$group/memory.max" "$group/memory.limit_in_bytes"; do
            [ ! -r "$file" ] || read -r limit <"$file"
        done
        printf '{"start":"%s","invocation":"%s","code":"%s","status":"%s","oom":%d,"limit":"%s"}\n' \
            "$start" "$INVOCATION_ID" "$EXIT_CODE" "$EXIT_STATUS" "$oom" "$limit" >"$folder/status.new" &&
            mv "$folder/status.new" "$folder/status.json"
        """;
}

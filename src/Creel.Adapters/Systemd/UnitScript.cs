namespace Creel.Adapters.Systemd;

/// <summary>The shell's part of a unit. Fixed text: all that varies comes as positional arguments, never as script.</summary>
internal static class UnitScript
{
    /// <summary>
    /// RUNTIME FOREIGN EXPECTED PATH…, in the cell and as its user. What was bound must be what was checked (device and inode
    /// of each path, a line each), since systemd walks to it by name; and its namespaces must not be the host's (FOREIGN), since
    /// a user's systemd that can't make one goes on without. Then it becomes the runtime.
    /// </summary>
    public const string Begin = """
        runtime=$1 foreign=$2 expected=$3
        shift 3
        for kind in net ipc; do
            case " $foreign " in
                *" $(readlink "/proc/self/ns/$kind") "*)
                    echo "systemd did not give the cell a namespace of its own: $kind" >&2
                    exit 1
                    ;;
            esac
        done
        if [ "$(stat --format=%d:%i -- "$@")" != "$expected" ]; then
            echo "a folder of the cell was exchanged for another while it started" >&2
            exit 1
        fi
        [ -d "$HOME" ] || mkdir -p "$HOME"
        exec "$runtime"
        """;
}

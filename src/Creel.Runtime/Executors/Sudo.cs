using Creel.Core;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary>The gate before sudo: the agent's policy decides, never the task.</summary>
internal static class Sudo
{
    /// <exception cref="CreelException">Not allowed, or not possible in this cell.</exception>
    public static ProgramCall Apply(TaskRun run, ProgramCall call)
    {
        if (!run.Agent.Policy.AllowSudo)
        {
            throw new CreelException(
                Fault.Refused(
                    "sudo-refused",
                    "Sudo is not allowed for this agent",
                    "Only its policy can allow it; the task's own allowSudo has no say"
                )
            );
        }

        if (!run.Surroundings.SudoWorks)
        {
            throw new CreelException(
                Fault.Refused(
                    "sudo-impossible",
                    "Sudo can't work in this cell: its programs may not gain rights",
                    "Use a cell of level vm"
                )
            );
        }

        return call with
        {
            Arguments = ["sudo", "-n", "--", .. call.Arguments],
        };
    }
}

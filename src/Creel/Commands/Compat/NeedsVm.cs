using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Compat;

/// <summary>Old verbs that only a virtual machine can do, in whatever words they come.</summary>
internal static class NeedsVm
{
    public static Command Build(Cli cli, string verb, string description)
    {
        var anything = new Argument<string[]>("ANYTHING") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(verb, $"{description} (not while there are no VM cells)") { anything };
        command.TreatUnmatchedTokensAsErrors = false;
        return cli.Runs(
            command,
            (_, _) =>
                throw new CreelException(
                    Fault.Refused(
                        "needs-vm",
                        $"vm-agent {verb} needs cells at the level vm, which this version has no driver for",
                        "for an agent in a lighter cell use: creel agent create NAME"
                    )
                )
        );
    }
}

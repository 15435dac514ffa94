using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Rendering;

/// <summary><c>creel render rotate -o FOLDER [GROUP…]</c>: new tokens for gateways.</summary>
internal static class RotateCommand
{
    public static Command Build(Cli cli)
    {
        var groups = new Argument<string[]>("GROUP")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Whose; without one, all",
        };
        var output = RenderCommand.Output();
        var command = new Command("rotate", "Make new tokens for the gateways in a folder") { groups, output };
        return cli.Runs(
            command,
            (call, _) =>
            {
                var rotated = call.Parts.Render.Rotate(call.FullPath(call.Value(output)!), call.Optional(groups) ?? []);
                if (call.Json)
                {
                    call.Print(new { rotated });
                }
                else
                {
                    rotated.ToList().ForEach(group => call.Say($"{group}: a new token is in {group}/gateway-token.txt"));
                    call.Note("  → the gateways take them when they are started again");
                }

                return Task.FromResult(ExitCodes.Ok);
            }
        );
    }
}

using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Terminal.Client;

namespace Creel.Commands.Templates;

/// <summary><c>creel template preview AGENT FILE</c>: the file as that agent would get it.</summary>
internal static class PreviewCommand
{
    public static Command Build(Cli cli)
    {
        var agent = new Argument<string>("AGENT") { Description = "An agent of the habitat" };
        var file = new Argument<string>("FILE") { Description = $"One of {string.Join(", ", FileRules.Ours)}" };
        var habitat = RouteHabitat.File();
        habitat.Description = "The habitat; else the one in this folder, else the one that is up";
        var templates = new Option<string?>("--templates")
        {
            Description = "A folder of templates in the place of those that come with Creel",
            HelpName = "DIR",
        };
        var command = new Command("preview", "Show a file as an agent would get it") { agent, file, habitat, templates };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                var path = await RouteHabitat.PathAsync(call, call.Value(habitat), cancel);
                var (model, problems) = call.Parts.Habitats.Read(path, true);
                return Run(
                    call,
                    model ?? throw new HabitatException(problems),
                    call.Value(agent),
                    call.Value(file),
                    call.Value(templates)
                );
            }
        );
    }

    private static int Run(Call call, HabitatModel habitat, string agent, string file, string? folder)
    {
        var found =
            (AgentId.TryParse(agent, out var id) ? habitat.Find(id) : null)
            ?? throw new CreelException(
                Fault.NotFound("agent", $"there is no agent '{agent}' in the habitat", "see: creel agent list")
            );
        var renderer = new FileRenderer(ProvisioningMode.Ours, name => Source(call, folder, name));
        var preview = new AgentFiles(habitat.Provisioning, renderer).Render(found, [file]);
        if (preview is not [var only])
        {
            throw new CreelException(
                Fault.NotFound("template", $"there is no template for '{file}'", $"there are {string.Join(", ", FileRules.Ours)}")
            );
        }

        if (call.Json)
        {
            call.Print(
                new
                {
                    agent,
                    file,
                    content = only.Value,
                }
            );
        }
        else
        {
            call.Say(only.Value);
        }

        return ExitCodes.Ok;
    }

    private static string? Source(Call call, string? folder, string name)
    {
        if (folder is null)
        {
            return OurTemplates.Find(name);
        }

        if (!FileRules.IsPlainName(name))
        {
            return null;
        }

        var path = Path.Combine(call.FullPath(folder), name);
        return File.Exists(path) ? TemplateFiles.Read(path, Path.Combine(folder, name)) : OurTemplates.Find(name);
    }
}

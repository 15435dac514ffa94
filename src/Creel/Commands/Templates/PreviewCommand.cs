using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Terminal.Client;

namespace Creel.Commands.Templates;

/// <summary><c>creel template preview AGENT FILE</c>: the file as that agent would get it.</summary>
internal static class PreviewCommand
{
    /// <summary>The port is that of <c>creel serve</c>, which need not run.</summary>
    private const string NoPort = "http://127.0.0.1:PORT/creel";

    public static Command Build(Cli cli)
    {
        var agent = new Argument<string>("AGENT") { Description = "An agent of the habitat, here or at a gateway elsewhere" };
        var file = new Argument<string>("FILE") { Description = $"One of {string.Join(", ", FileRules.Ours)}" };
        var habitat = RouteHabitat.File();
        habitat.Description = "The habitat; else the one in this folder, else the one that is up";
        var templates = new Option<string?>("--templates")
        {
            Description = "A folder of templates in the place of the habitat's, and of those that come with Creel",
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
        var renderer = new FileRenderer(
            ProvisioningMode.Ours,
            name => Source(call, habitat.Provisioning.Templates, folder, name)
        );
        var preview = DesiredAgents.Files(habitat, AgentId.Parse(agent), [file], NoPort, renderer);
        if (preview is not [var only])
        {
            throw new CreelException(
                Fault.NotFound("template", $"there is no template for '{file}'", $"there are {string.Join(", ", FileRules.Ours)}")
            );
        }

        // Its token is known to nobody before the file is written.
        var content = only.Value.Replace(DesiredAgent.TokenMark, $"<token of {agent}>", StringComparison.Ordinal);
        if (call.Json)
        {
            call.Print(
                new
                {
                    agent,
                    file,
                    content,
                }
            );
        }
        else
        {
            call.Say(content);
        }

        return ExitCodes.Ok;
    }

    private static string? Source(Call call, TemplatesModel templates, string? folder, string name)
    {
        if (folder is null)
        {
            return templates.Find(name);
        }

        if (!FileRules.IsPlainName(name))
        {
            return null;
        }

        var path = Path.Combine(call.FullPath(folder), name);
        return File.Exists(path) ? TemplateFiles.Read(path, Path.Combine(folder, name)) : templates.Find(name);
    }
}

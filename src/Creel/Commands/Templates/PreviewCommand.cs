using System.CommandLine;
using Creel.Commands.Routes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Terminal.Client;

namespace Creel.Commands.Templates;

/// <summary><c>creel template preview AGENT FILE</c>: the file as that agent would get it.</summary>
internal static class PreviewCommand
{
    /// <summary>In the place of the port of <c>creel serve</c>, which need not run.</summary>
    private const string NoPort = "http://127.0.0.1:PORT" + AgentsAddress.Path;

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
        var preview = DesiredAgents.Files(habitat, AgentId.Parse(agent), [file], OwnUrl(call), renderer);
        if (preview is not [var only])
        {
            throw new CreelException(
                Fault.NotFound("template", $"there is no template for '{file}'", $"there are {string.Join(", ", FileRules.Ours)}")
            );
        }

        // Its token is known to nobody before the file is written.
        var content = only.Value.Replace(DesiredAgent.TokenMark, $"<token of {agent}>", StringComparison.Ordinal);
        IReadOnlyList<string> notes = [.. Notes(habitat, agent, file, content)];
        if (call.Json)
        {
            call.Print(
                new
                {
                    agent,
                    file,
                    content,
                    notes,
                }
            );
            return ExitCodes.Ok;
        }

        call.Say(content);
        foreach (var note in notes)
        {
            call.Note($"note: {note}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>What else there is to know of it where it is to stand.</summary>
    private static IEnumerable<string> Notes(HabitatModel habitat, string agent, string file, string content)
    {
        if (content.Contains(NoPort, StringComparison.Ordinal))
        {
            yield return "PORT is that of creel serve, which does not run from here";
        }

        if (habitat.Find(AgentId.Parse(agent)) is not null)
        {
            yield break;
        }

        if (FileFolding.Given.Contains(file))
        {
            yield return $"a gateway of 2026.9 or later has no {file}: there this stands at the end of {FileFolding.Into}";
        }
        else if (file == FileFolding.Into)
        {
            yield return $"at a gateway of 2026.9 or later {string.Join(" and ", FileFolding.Given)} stand at its end";
        }
    }

    /// <summary>Where agents on this machine reach the server that runs.</summary>
    private static string OwnUrl(Call call) =>
        Uri.TryCreate(ServeEndpoint.Left(call.Home)?.Url, UriKind.Absolute, out var url)
            ? $"http://127.0.0.1:{url.Port}{AgentsAddress.Path}"
            : NoPort;

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

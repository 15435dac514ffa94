using System.Text.Json.Nodes;
using Creel.Commands.Rendering;
using Creel.Core.Habitats;
using Creel.Core.Rendering;
using Creel.Roots;
using YamlDotNet.RepresentationModel;

namespace Creel.Tests.Rendering;

/// <summary>An output folder of its own, and what is rendered into it.</summary>
internal sealed class Rendering : IDisposable
{
    public const string Two = """
        { name: "two", agents: { defaults: { model: "anthropic/claude-sonnet-4-5" }, list: [ { id: "bart", default: true }, { id: "lisa" } ] } }
        """;

    public Rendering() => Folder = Directory.CreateTempSubdirectory("creel-render-").FullName;

    public string Folder { get; }

    public string Output => Path.Combine(Folder, "out");

    public static HabitatModel Habitat(string text) =>
        HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource("habitat.json5", text),
                    BaseFolder = "/srv",
                    HomeFolder = "/home/x",
                    Variables = new Dictionary<string, string> { ["BART_TOKEN"] = "1:a" },
                }
            )
            .Required();

    public RenderResult Render(string habitat, RenderOptions? options = null, bool overwrite = false, bool planOnly = false) =>
        Render(Habitat(habitat), options, overwrite, planOnly);

    public RenderResult Render(
        HabitatModel habitat,
        RenderOptions? options = null,
        bool overwrite = false,
        bool planOnly = false
    ) => RenderRoot.Parts.Render(new RenderRequest(habitat, options ?? new RenderOptions(), Output, planOnly, overwrite));

    public IReadOnlyList<string> Rotate(params string[] groups) => RenderRoot.Parts.Rotate(Output, groups);

    public string Text(string path) => File.ReadAllText(Path.Combine(Output, path));

    public string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(Path.Combine(Output, path)), 8);

    public bool Has(string path) => File.Exists(Path.Combine(Output, path));

    public JsonNode Config(string group) => JsonNode.Parse(Text($"{group}/openclaw.session.json"))!;

    public string Token(string group) => Text($"{group}/gateway-token.txt").Trim();

    /// <summary>Every file with its text.</summary>
    public IReadOnlyDictionary<string, string> All() =>
        Directory
            .EnumerateFiles(Output, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(Output, f), File.ReadAllText);

    /// <summary>A service of the compose file, by its key.</summary>
    public YamlMappingNode Service(string group) =>
        (YamlMappingNode)Yaml(Text("docker-compose.yaml"))["services"][$"openclaw-{group}"];

    public static YamlNode Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Single().RootNode;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

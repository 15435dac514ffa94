using System.Collections.Frozen;
using Creel.Core.Outbound;

namespace Creel.Proxy.Routes;

/// <summary>One of them, with its base taken apart.</summary>
internal sealed class Upstream
{
    private const string Version = "/v1/";

    private readonly string origin;
    private readonly string basePath;
    private readonly FrozenDictionary<string, Uri> usual;

    public Upstream(UpstreamModel model)
    {
        Model = model;
        var url = new Uri(model.BaseUrl);
        origin = url.GetLeftPart(UriPartial.Authority);
        basePath = url.AbsolutePath.TrimEnd('/');
        Host = url.IdnHost;
        usual = model
            .Calls.Select(c => c.Path)
            .Where(p => !p.Contains('*'))
            .Distinct()
            .ToFrozenDictionary(p => p, p => Make(p, ""));
    }

    public UpstreamModel Model { get; }

    public string Host { get; }

    public bool Allows(string method, string path) => Model.Calls.Any(c => c.Covers(method, path));

    /// <summary>The path below its base of one that was meant for a host of its; null: it lies elsewhere there.</summary>
    public string? Below(string host, string path) =>
        !host.Equals(Host, StringComparison.OrdinalIgnoreCase) ? WithoutVersion(path)
        : path.StartsWith(basePath, StringComparison.Ordinal) && path.Length > basePath.Length && path[basePath.Length] == '/'
            ? path[basePath.Length..]
        : null;

    /// <summary>
    /// Under another host and under its name here it is a whole provider, whose calls begin with the version, as its own base may
    /// end with it.
    /// </summary>
    public string WithoutVersion(string path) =>
        path.StartsWith(Version, StringComparison.Ordinal)
        && !Model.Calls.Any(c => c.Path.StartsWith(Version, StringComparison.Ordinal))
            ? path[(Version.Length - 1)..]
            : path;

    /// <summary>To the byte what is asked for: nothing is taken for an escape, or put in order.</summary>
    public Uri Address(string path, string query) =>
        query.Length == 0 && usual.TryGetValue(path, out var address) ? address : Make(path, query);

    private Uri Make(string path, string query) =>
        new(
            string.Concat(origin, basePath, path, query),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
}

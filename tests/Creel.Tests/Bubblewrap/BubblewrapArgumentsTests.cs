using Creel.Adapters.Bubblewrap;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Tests.Bubblewrap;

public sealed class BubblewrapArgumentsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private CellSpec Spec =>
        new()
        {
            Id = new CellId("00c0ffee"),
            Group = GroupId.Parse("homer"),
            Habitat = "test",
            Network = NetworkMode.Proxy,
            Limits = ResourceLimits.Unlimited,
            Folder = root,
            StateFolder = "/state",
            HubFolder = "/hub",
            RuntimeFile = "/runtime",
            Workspaces = [],
        };

    [Fact]
    public void The_walls_are_asked_for_and_the_root_is_an_allow_list()
    {
        var line = Line(
            new CellMounts("/r", "/s", "/h", "/p", [new("/w", "/workspace/homer", true), new("/f", "/srv/family", false)])
        );
        foreach (
            var wall in new[]
            {
                "--unshare-all",
                "--unshare-user",
                "--disable-userns",
                "--new-session",
                "--cap-drop ALL",
                "--clearenv",
                "--as-pid-1",
            }
        )
        {
            line.ShouldContain($" {wall} ");
        }

        line.ShouldContain(" --ro-bind /h /run/creel/hub --ro-bind /p /run/creel/proxy ");
        line.ShouldContain(" --bind /w /workspace/homer --ro-bind /f /srv/family ");
        line.ShouldContain(" --ro-bind /etc-of-cell /etc ");
        line.ShouldContain(" --remount-ro / ");
        line.ShouldNotContain(" --die-with-parent");
        line.ShouldNotContain("bind / ");
        line.ShouldNotContain("bind /etc ");
    }

    [Fact]
    public void Without_a_proxy_there_is_neither_its_folder_nor_its_variable()
    {
        var line = Line(new CellMounts("/r", "/s", "/h", null, []), proxy: null);
        line.ShouldNotContain("/run/creel/proxy");
        line.ShouldNotContain(CellPaths.ProxySocketVariable);
        line.ShouldContain($" --setenv {CellPaths.HubSocketVariable} /run/creel/hub/hub.sock ");
    }

    [Fact]
    public void A_host_without_merged_usr_gets_binds_instead_of_links()
    {
        var line = Line(new CellMounts("/r", "/s", "/h", null, []), links: [new("bin", "usr/bin"), new("lib", null)]);
        line.ShouldContain(" --symlink usr/bin /bin ");
        line.ShouldContain(" --ro-bind /lib /lib ");
    }

    [Fact]
    public void The_generated_etc_names_one_user_and_nothing_of_the_host()
    {
        var etc = GeneratedEtc.Write(root, Spec.Group, GeneratedEtc.Agent);
        etc = GeneratedEtc.Write(root, Spec.Group, GeneratedEtc.Agent);
        File.ReadAllLines(Path.Combine(etc, "passwd")).Select(line => line.Split(':')[0]).ShouldBe(["agent", "nobody"]);
        File.ReadAllText(Path.Combine(etc, "hostname")).ShouldBe("homer\n");
        File.ReadAllText(Path.Combine(etc, "resolv.conf")).ShouldBe("");
        File.Exists(Path.Combine(etc, "shadow")).ShouldBeFalse();
        File.GetUnixFileMode(etc).HasFlag(UnixFileMode.OtherWrite).ShouldBeFalse();
        File.GetUnixFileMode(etc).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
    }

    [Theory]
    [InlineData("bubblewrap 0.8.0\n", "0.8.0")]
    [InlineData("bubblewrap 0.11.0", "0.11.0")]
    [InlineData("bwrap", null)]
    [InlineData("", null)]
    public void A_version_is_read(string text, string? version) => BubblewrapVersion.Parse(text)?.ToString().ShouldBe(version);

    [Fact]
    public void The_table_of_networks_refuses_with_a_choice()
    {
        NetworkSupport.Refusal("bubblewrap", NetworkMode.Proxy).ShouldBeNull();
        NetworkSupport.Refusal("docker", NetworkMode.Bridge).ShouldBeNull();
        var fault = NetworkSupport.Refusal("bubblewrap", NetworkMode.Bridge).ShouldNotBeNull();
        fault.Remedy!.ShouldContain("none, proxy");
        fault.Remedy!.ShouldContain("offers it: docker");
        NetworkSupport.Of("unheard-of").ShouldBeEmpty();
    }

    private string Line(
        CellMounts mounts,
        string? proxy = CellPaths.ProxyFolder,
        IEnumerable<KeyValuePair<string, string?>>? links = null
    )
    {
        var variables = CellHome.Variables(Spec, CellPaths.HubFolder, proxy, CellPaths.State);
        return string.Join(' ', BubblewrapArguments.Of("bwrap", Spec, "/etc-of-cell", mounts, variables, links ?? []));
    }
}

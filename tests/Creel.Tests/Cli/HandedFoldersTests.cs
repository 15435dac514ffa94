namespace Creel.Tests.Cli;

public sealed class HandedFoldersTests
{
    [Fact]
    public async Task Plan_and_up_show_what_of_the_host_each_cell_gets()
    {
        await using var server = await ApiServer.StartAsync();
        var file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{}");
        server.On(
            "POST /habitat/plan",
            """{"steps":[{"kind":"start","group":"homer","driver":"host","why":"new","handed":[{"path":"/srv/claw","mode":"rw","use":"workspace of homer"},{"path":"/srv/fam","mode":"ro","use":"shared"}]},{"kind":"restart","group":"bart","driver":"host","why":"x","handed":[{"path":"/srv/fam","mode":"ro","use":"shared"}]},{"kind":"update","group":"lisa","driver":"host","handed":[{"path":"/srv/no","mode":"rw","use":"shared"}]}]}"""
        );
        server.Lines("POST /habitat/apply", """{"event":"done","ok":true,"seconds":0.2}""");
        const string Shown =
            "note: homer: from this host: /srv/claw, to write (workspace of homer)\nnote: from this host: /srv/fam, to read (shared)\n";

        (await CliRun.RunAsync(server, "plan", file)).Error.ShouldBe(Shown);
        (await CliRun.RunAsync(server, "up", file, "--yes")).Error.ShouldStartWith(Shown);
    }
}

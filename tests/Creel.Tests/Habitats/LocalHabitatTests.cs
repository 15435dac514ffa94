using Creel.Adapters.Files;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Tests.Sqlite;

namespace Creel.Tests.Habitats;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class LocalHabitatTests : IDisposable
{
    private static readonly HabitatVariables Nothing = HabitatVariables.All(new Dictionary<string, string>());
    private readonly TemporaryFolder folder = new();
    private readonly HabitatFiles files;
    private readonly LocalHabitat local;

    public LocalHabitatTests()
    {
        files = new HabitatFiles(
            folder.Write("habitat.json5", "{\n  name: 'x', // mine\n  agents: { list: [{ id: 'ann' }] },\n}\n"),
            Nothing,
            "/home/ann"
        );
        local = new LocalHabitat(files, TimeProvider.System);
    }

    public void Dispose()
    {
        local.Dispose();
        folder.Dispose();
    }

    [MountFact]
    public void A_preview_finds_out_where_nothing_can_be_written()
    {
        using var disk = new SmallDisk(2);
        var there = new HabitatFiles(Path.Combine(disk.Folder, "habitat.json5"), Nothing, "/home/ann");
        File.WriteAllText(there.File, "{ agents: { list: [{ id: 'ann' }] } }");
        using var writer = new LocalHabitat(there, TimeProvider.System);
        _ = writer.Preview(Add("bob"));
        Directory.GetFiles(disk.Folder).ShouldHaveSingleItem();

        disk.Remount("ro");

        Should.Throw<CreelException>(() => writer.Preview(Add("bob"))).Fault.Code.ShouldBe("habitat-unwritable");
    }

    [Fact]
    public async Task An_added_agent_is_visible_at_once_and_the_file_says_who_wrote_it()
    {
        var after = await local.ChangeAsync(Add("bob", ("isolation", "\"container\""), ("resources", "{memory: '1g'}")));
        after.Reading.Required().Find(AgentId.Parse("bob")).ShouldNotBeNull();
        var read = files.Read();
        read.Revision.ShouldBe(after.Revision);
        read.Reading.Required().Agents.Select(a => a.Id.Value).ShouldBe(["ann", "bob"]);
        var text = File.ReadAllText(files.LocalFile);
        text.ShouldStartWith("// Written by Creel");
        files.LocalFile.ShouldEndWith("/habitat.local.json5");
        File.GetUnixFileMode(files.LocalFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(folder.Path, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_at_the_top_is_set_and_taken_back_and_one_of_the_habitat_file_is_not_overruled()
    {
        var budget = new Dictionary<string, string?> { ["budget"] = """{"usd":0.000000001,"per":"day"}""" };
        var after = await local.ChangeAsync(new HabitatChange.Whole(budget));
        after.Reading.Required().Budgets.ShouldBe([new BudgetModel(0.000000001m, "day")]);
        budget["budget"] = null;
        await local.ChangeAsync(new HabitatChange.Whole(budget));
        File.ReadAllText(files.LocalFile).ShouldEndWith("\n{}\n");
        var name = new Dictionary<string, string?> { ["name"] = "'y'" };
        (await Fault(new HabitatChange.Whole(name))).Message.ShouldContain(
            "habitat.json5:2:3 already: say it in one of them only"
        );
    }

    [Fact]
    public async Task A_removed_agent_is_gone_and_an_empty_file_is_left()
    {
        await local.ChangeAsync(Add("bob"));
        var after = await local.ChangeAsync(new HabitatChange.Remove(AgentId.Parse("bob")));
        after.Reading.Required().Agents.Select(a => a.Id.Value).ShouldBe(["ann"]);
        File.ReadAllText(files.LocalFile).ShouldEndWith("\n{}\n");
        (await Fault(new HabitatChange.Remove(AgentId.Parse("bob")))).Kind.ShouldBe(FaultKind.NotFound);
    }

    [Fact]
    public async Task An_agent_of_the_habitat_file_itself_is_not_removed_but_can_be_changed()
    {
        var fault = await Fault(new HabitatChange.Remove(AgentId.Parse("ann")));
        fault.Kind.ShouldBe(FaultKind.Refused);
        fault.Message.ShouldBe($"the agent 'ann' is declared in {files.File}:3:26, which only a person changes");
        var ann = AgentId.Parse("ann");
        (await local.ChangeAsync(new HabitatChange.Set(ann, "name", "'Ann'"))).Reading.Required().Find(ann)!.Name.ShouldBe("Ann");
        (await local.ChangeAsync(new HabitatChange.Unset(ann, "name"))).Reading.Required().Find(ann)!.Name.ShouldBe("ann");
    }

    [Fact]
    public async Task What_would_make_the_habitat_wrong_is_not_written()
    {
        await local.ChangeAsync(Add("bob"));
        var before = File.ReadAllText(files.LocalFile);
        (await Fault(Add("eve", ("isolation", "'jail'")))).Message.ShouldContain("'jail' is no isolation level");
        (await Fault(Add("eve", ("isolation", "{")))).Message.ShouldContain("never closed");
        (await Fault(Add("bob"))).Kind.ShouldBe(FaultKind.Conflict);
        (await Fault(Add("ann"))).Kind.ShouldBe(FaultKind.Conflict);
        (await Fault(new HabitatChange.Set(AgentId.Parse("ann"), "id", "'x'"))).Kind.ShouldBe(FaultKind.Invalid);
        (await Fault(Add("eve", ("id", "'x'")))).Kind.ShouldBe(FaultKind.Invalid);
        File.ReadAllText(files.LocalFile).ShouldBe(before);
    }

    [Fact]
    public async Task A_change_against_another_revision_is_a_conflict()
    {
        var seen = files.Read().Revision;
        await local.ChangeAsync(Add("bob"), seen);
        (await Fault(Add("eve"), seen)).Kind.ShouldBe(FaultKind.Conflict);
        File.AppendAllText(files.File, "// a word\n");
        files.Read().Revision.ShouldNotBe(seen);
    }

    [Fact]
    public async Task Changes_from_many_threads_and_writers_all_survive()
    {
        using var other = new LocalHabitat(new HabitatFiles(files.File, Nothing, null), TimeProvider.System);
        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? local : other).ChangeAsync(Add($"a{i}"))))
        );
        files.Read().Reading.Required().Agents.Count.ShouldBe(41);
    }

    [Fact]
    public async Task A_change_waits_for_another_process_that_holds_the_lock()
    {
        Task<HabitatSnapshot> change;
        using (
            new FileStream(
                Path.Combine(folder.Path, ".habitat.local.json5.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            change = local.ChangeAsync(Add("bob"));
            File.Exists(files.LocalFile).ShouldBeFalse();
            change.IsCompleted.ShouldBeFalse();
        }

        (await change).Reading.Required().Agents.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_agent_that_nobody_wrote_stays_when_the_first_one_is_added()
    {
        var empty = new HabitatFiles(folder.Write("empty.json5", "{}"), Nothing, null);
        using var writer = new LocalHabitat(empty, TimeProvider.System);
        (await writer.ChangeAsync(Add("bob")))
            .Reading.Required()
            .Agents.Select(a => a.Id.Value)
            .ShouldBe(["bob", "main"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_local_file_is_not_followed_and_nothing_of_what_it_leads_to_is_told()
    {
        File.CreateSymbolicLink(files.LocalFile, folder.Write("shadow", "root:$6$s3cret"));
        var read = Should.Throw<CreelException>(() => files.Read()).Fault;
        read.Code.ShouldBe("symlink");
        read.ToString().ShouldNotContain("s3cret");
        (await Fault(Add("bob"))).Code.ShouldBe("symlink");
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_lock_is_not_followed()
    {
        File.CreateSymbolicLink(folder.Path + "/.habitat.local.json5.lock", folder.Path + "/made");
        (await Fault(Add("bob"))).Code.ShouldBe("symlink");
        File.Exists(folder.Path + "/made").ShouldBeFalse();
        File.Exists(files.LocalFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_is_one_clear_fault()
    {
        var missing = new HabitatFiles("/proc/habitat.json5", Nothing, null);
        Should
            .Throw<CreelException>(() => missing.Read())
            .Fault.ShouldBe(Core.Fault.NotFound("habitat-missing", "there is no habitat file /proc/habitat.json5"));
        Directory.CreateDirectory(files.LocalFile);
        (await Fault(Add("bob"))).Kind.ShouldBe(FaultKind.Unavailable);
    }

    [Fact]
    public void Files_are_included_from_the_habitats_folder_and_no_link_leads_out()
    {
        using var outside = new TemporaryFolder();
        folder.Write("agents/ann.json5", "{ id: 'ann' }");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "out.json5"), outside.Write("out.json5", "{ id: 'eve' }"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "dir"), outside.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "in.json5"), "agents/ann.json5");

        Read("agents/ann.json5").Reading.Model.ShouldNotBeNull();
        Read("in.json5").Reading.Model.ShouldNotBeNull();
        Read("out.json5").Reading.Problems.ShouldContain(p => p.Message == "there is no file 'out.json5'");
        Read("dir/out.json5").Reading.Model.ShouldBeNull();
        Read("agents").Reading.Model.ShouldBeNull();
        var revision = Read("agents/ann.json5").Revision;
        folder.Write("agents/ann.json5", "{ id: 'bob' }");
        Read("agents/ann.json5").Revision.ShouldNotBe(revision);

        HabitatSnapshot Read(string include) =>
            new HabitatFiles(folder.Write("i.json5", $"{{agents: {{list: [{{$include: '{include}'}}]}}}}"), Nothing, null).Read();
    }

    [Fact]
    public void A_file_that_is_no_text_is_one_clear_fault()
    {
        var file = folder.Write("bad.json5", "");
        File.WriteAllBytes(file, [0x7b, 0xff, 0xfe]);
        Should.Throw<CreelException>(() => new HabitatFiles(file, Nothing, null).Read()).Fault.Code.ShouldBe("habitat-encoding");
        using (var stream = File.Create(file))
        {
            stream.SetLength(17 * 1024 * 1024);
        }

        Should.Throw<CreelException>(() => new HabitatFiles(file, Nothing, null).Read()).Fault.Kind.ShouldBe(FaultKind.TooLarge);
    }

    [Fact]
    public async Task What_would_be_too_large_to_be_read_again_is_not_written()
    {
        var long17 = new string('x', 17 * 1024 * 1024);
        var (main, before) = (File.ReadAllText(files.File), files.Read().Revision);

        (await Fault(Add("bob", ("name", $"\"{long17}\"")))).Code.ShouldBe("habitat-size");
        (await Fault(new HabitatChange.Rewritten($"{main}// {long17}", null))).Code.ShouldBe("habitat-size");

        File.Exists(files.LocalFile).ShouldBeFalse();
        File.ReadAllText(files.File).ShouldBe(main);
        files.Read().Revision.ShouldBe(before);
        await local.ChangeAsync(Add("bob"));
    }

    private static HabitatChange.Add Add(string id, params (string Key, string Value)[] keys) =>
        new(AgentId.Parse(id), keys.ToDictionary(k => k.Key, k => k.Value));

    private async Task<Fault> Fault(HabitatChange change, string? revision = null) =>
        (await Should.ThrowAsync<CreelException>(() => local.ChangeAsync(change, revision))).Fault;
}

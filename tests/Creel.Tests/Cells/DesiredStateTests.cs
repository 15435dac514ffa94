using Creel.Adapters.Files;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public sealed class DesiredStateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-desired-").FullName;

    private string File => Path.Combine(folder, "desired.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_saved_reads_as_the_same_habitat()
    {
        var snapshot = Snapshot("{ name: 'h', agents: { list: [{ id: 'bart', workspace: '/srv/${WHO}' }] } }", ("WHO", "bart"));

        State().Save(snapshot, [AgentId.Parse("homer")]);
        var written = State().Load()!;

        written.Revision.ShouldBe(snapshot.Revision);
        written.Deleting.ShouldBe([AgentId.Parse("homer")]);
        HabitatJson.Write(HabitatReader.Read(written.Input!).Required()).ShouldBe(HabitatJson.Write(snapshot.Reading.Required()));
    }

    [Fact]
    public void A_token_in_a_section_of_another_room_is_not_written_down()
    {
        State()
            .Save(
                Snapshot(
                    "{ name: 'h', agents: { list: [{ id: 'bart' }] }, channels: { telegram: { botToken: '${BOT}' } } }",
                    ("BOT", "123:very-secret"),
                    ("OTHER", "unnamed")
                ),
                []
            );

        System.IO.File.ReadAllText(File).ShouldNotContain("very-secret");
        System.IO.File.ReadAllText(File).ShouldNotContain("unnamed");
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        HabitatReader.Read(State().Load()!.Input!).Model.ShouldNotBeNull();
    }

    [Fact]
    public void That_nothing_is_wanted_is_written_down_and_is_not_the_same_as_nothing_written()
    {
        State().Load().ShouldBeNull();

        State().SaveNothing([AgentId.Parse("bart")]);

        State()
            .Load()
            .ShouldNotBeNull()
            .ShouldSatisfyAllConditions(d => d.Input.ShouldBeNull(), d => d.Deleting.Count.ShouldBe(1));
    }

    [Fact]
    public void What_is_deleted_is_struck_out_and_the_habitat_stays()
    {
        State().Save(Snapshot("{ name: 'h', agents: { list: [{ id: 'bart' }] } }"), [AgentId.Parse("homer")]);
        var state = State();
        state.Load();

        state.SaveDeleting([]);

        State().Load()!.ShouldSatisfyAllConditions(d => d.Input.ShouldNotBeNull(), d => d.Deleting.ShouldBeEmpty());
    }

    [Fact]
    public void What_is_deleted_ends_what_was_meant_before()
    {
        State().Save(Snapshot("{ name: 'h', agents: { list: [{ id: 'bart' }] } }"), []);
        var state = State();
        state.Load();
        state.SaveIntent(new Intent("another", true));
        State().Load()!.Intent.ShouldNotBeNull();

        state.SaveDeleting([]);

        State().Load()!.Intent.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ half")]
    [InlineData("null")]
    [InlineData("""{"Deleting":["../.."]}""")]
    public void A_damaged_file_is_named_and_not_taken_for_nothing(string text)
    {
        System.IO.File.WriteAllText(File, text);

        var fault = Should.Throw<CreelException>(() => State().Load()).Fault;

        fault.Code.ShouldBe("desired-state");
        fault.Message.ShouldContain(File);
    }

    private DesiredState State() => new(new DesiredFile(File));

    private static HabitatSnapshot Snapshot(string text, params (string Name, string Value)[] variables)
    {
        var input = new HabitatInput
        {
            Main = new HabitatSource("/h/habitat.json5", text),
            Variables = variables.ToDictionary(v => v.Name, v => v.Value),
            BaseFolder = "/h",
        };
        return new HabitatSnapshot(
            "/h/habitat.json5",
            "/h/habitat.local.json5",
            "r1",
            HabitatReader.Read(input),
            input,
            new Dictionary<string, string?>()
        );
    }
}

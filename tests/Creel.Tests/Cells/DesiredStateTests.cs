using Creel.Core.Habitats;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public sealed class DesiredStateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-desired-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_saved_reads_as_the_same_habitat()
    {
        var state = new DesiredState(Path.Combine(folder, "desired.json"));
        var snapshot = Snapshot("{ name: 'h', agents: { list: [{ id: 'bart', workspace: '/srv/${WHO}' }] } }", ("WHO", "bart"));

        state.Save(snapshot);
        var (input, revision) = state.Load()!.Value;

        revision.ShouldBe(snapshot.Revision);
        HabitatJson.Write(HabitatReader.Read(input).Required()).ShouldBe(HabitatJson.Write(snapshot.Reading.Required()));
    }

    [Fact]
    public void A_token_in_a_section_of_another_room_is_not_written_down()
    {
        var file = Path.Combine(folder, "desired.json");
        var state = new DesiredState(file);

        state.Save(
            Snapshot(
                "{ name: 'h', agents: { list: [{ id: 'bart' }] }, channels: { telegram: { botToken: '${BOT}' } } }",
                ("BOT", "123:very-secret"),
                ("OTHER", "unnamed")
            )
        );

        File.ReadAllText(file).ShouldNotContain("very-secret");
        File.ReadAllText(file).ShouldNotContain("unnamed");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        HabitatReader.Read(state.Load()!.Value.Input).Model.ShouldNotBeNull();
    }

    [Fact]
    public void Nothing_is_wanted_after_it_was_cleared()
    {
        var state = new DesiredState(Path.Combine(folder, "desired.json"));
        state.Save(Snapshot("{ name: 'h', agents: { list: [{ id: 'bart' }] } }"));

        state.Clear();

        state.Load().ShouldBeNull();
    }

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

using System.Text;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Core.Policy;
using Creel.Runtime.Attempts;

namespace Creel.Tests.Attempts;

public class AttemptTableTests
{
    [Fact]
    public void The_runtime_makes_exactly_the_attempts_that_are_in_the_claims() =>
        AttemptTable.All.Keys.Order().ShouldBe(Claims.Attempts.Select(a => a.Id).Order());

    [Fact]
    public void Each_attempt_is_answered_by_one_line_in_its_order()
    {
        var rows = Run(Sample.Order("host.home-secret", "naming.parent-path"));
        rows.Select(row => row.Id).ShouldBe(["host.home-secret", "naming.parent-path"]);
        rows.ShouldAllBe(row => row.Held == true && row.Evidence.Length > 0);
    }

    [Fact]
    public void An_attempt_that_is_not_known_proves_nothing()
    {
        var row = Run(Sample.Order("host.nonsense")).ShouldHaveSingleItem();
        row.Held.ShouldBeNull();
        row.Broken.ShouldBeTrue();
    }

    [Fact]
    public void Evidence_is_one_short_line_without_controls()
    {
        var row = Run(Sample.Order("host.home-secret") with { SecretFile = "/nowhere/\u001b[31m\n" + new string('x', 500) })
            .Single();
        row.Evidence.Length.ShouldBeLessThan(200);
        row.Evidence.ShouldAllBe(c => !char.IsControl(c));
    }

    [Fact]
    public void Without_another_cell_nobody_is_attacked_in_it()
    {
        var neighbours = Claims.Attempts.Where(a => a.Family == AttemptFamily.Neighbour).Select(a => a.Id).ToArray();
        Run(Sample.Order(neighbours)).ShouldAllBe(row => row.Held == null && !row.Broken);
    }

    private static IReadOnlyList<AttemptRow> Run(AttemptOrder order)
    {
        using var input = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(order, LinkJson.Default.AttemptOrder));
        using var output = new MemoryStream();
        AttemptProgram.Run(input, output).ShouldBe(0);
        return
        [
            .. Encoding
                .UTF8.GetString(output.ToArray())
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize(line, LinkJson.Default.AttemptRow)!),
        ];
    }
}

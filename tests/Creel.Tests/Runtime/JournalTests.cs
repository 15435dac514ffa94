using System.Text;
using Creel.Core;
using Creel.Runtime.Journals;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime;

public sealed class JournalTests : IDisposable
{
    private readonly TestFolder folder = new();
    private int ids;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_remembers_over_a_restart()
    {
        string id;
        using (var journal = Open())
        {
            id = journal.Id;
            journal.Start("running");
            journal.Start("ended");
            journal.End("ended", "{\"a\":1}"u8.ToArray()).ShouldBeTrue();
            journal.Start("gone");
            journal.End("gone", "{}"u8.ToArray());
            journal.Forget("gone");
        }

        using var again = Open();
        again.Id.ShouldBe(id);
        again.Running.ShouldBe(["running"]);
        again.Finished.ShouldBe(["ended"]);
        Encoding.UTF8.GetString(again.Result("ended")!.Value.Span).ShouldBe("{\"a\":1}");
        again.Knows("gone").ShouldBe(JournalKnowledge.Forgotten);
        again.Knows("never").ShouldBe(JournalKnowledge.Nothing);
    }

    [Fact]
    public void Another_boot_means_another_journal_that_still_knows_what_it_can()
    {
        string id;
        using (var journal = Open())
        {
            id = journal.Id;
            journal.Start("t");
        }

        using var again = Open("another boot");
        again.Id.ShouldNotBe(id);
        again.Knows("t").ShouldBe(JournalKnowledge.Running);
        File.Exists(folder["journal.old"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a journal\n")]
    [InlineData("creel-journal 1\nx\n")]
    [InlineData("\0\0\0\0")]
    public void A_file_that_is_no_journal_is_put_aside(string text)
    {
        File.WriteAllText(folder["journal"], text);
        using var journal = Open();
        journal.Id.ShouldBe("id1");
        journal.Running.ShouldBeEmpty();
        File.ReadAllText(folder["journal.old"]).ShouldBe(text);
    }

    [Fact]
    public void A_damaged_line_in_the_middle_means_another_journal()
    {
        using (var journal = Open())
        {
            journal.Start("one");
            journal.Start("two");
        }

        var bytes = File.ReadAllBytes(folder["journal"]);
        bytes[Array.IndexOf(bytes, (byte)'\n') + 12] ^= 1;
        File.WriteAllBytes(folder["journal"], bytes);

        using var again = Open();
        again.Id.ShouldBe("id2");
        again.Running.ShouldBe(["two"]);
    }

    [Fact]
    public void A_large_result_lies_beside_it_until_it_is_forgotten()
    {
        var body = Encoding.UTF8.GetBytes($"\"{new string('x', 200_000)}\"");
        using (var journal = Open())
        {
            journal.Start("t");
            journal.End("t", body);
        }

        using var again = Open();
        again.Result("t")!.Value.ToArray().ShouldBe(body);
        new FileInfo(folder["journal"]).Length.ShouldBeLessThan(1000);
        again.Forget("t");
        Directory.GetFiles(folder["results"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_of_a_result_that_no_line_knows_is_gone_after_a_restart()
    {
        using (var journal = Open())
        {
            journal.Start("t");
            journal.End("t", new byte[100_000]);
        }

        var stray = Path.Combine(folder.Path, "results", "stray");
        File.WriteAllText(stray, "");
        using var again = Open();
        File.Exists(stray).ShouldBeFalse();
        again.Result("t")!.Value.Length.ShouldBe(100_000);
    }

    [Fact]
    public void It_does_not_grow_for_ever()
    {
        using var journal = Open();
        var body = Encoding.UTF8.GetBytes($"\"{new string('x', 2000)}\"");
        for (var i = 0; i < 20_000; i++)
        {
            journal.Start($"task {i}");
            journal.End($"task {i}", body);
            journal.Forget($"task {i}");
        }

        new FileInfo(folder["journal"]).Length.ShouldBeLessThan(6 * 1024 * 1024);
        journal.Knows("task 19999").ShouldBe(JournalKnowledge.Forgotten);
        journal.Knows("task 10001").ShouldBe(JournalKnowledge.Forgotten);
        journal.Knows("task 5").ShouldBe(JournalKnowledge.Nothing);
    }

    [Theory]
    [InlineData("mkfifo journal")]
    [InlineData("mkdir journal journal.old journal.new")]
    [InlineData("ln -s /dev/zero journal; ln -s ../victim journal.new; ln -s ../victim journal.old")]
    [InlineData("ln -s ../victim journal")]
    [InlineData("mknod journal c 1 5 || mkfifo journal; mkfifo journal.new")]
    [InlineData("truncate -s 1T journal")]
    [InlineData("rm -rf results; ln -s ../victims results; mkfifo journal")]
    public async Task What_a_task_puts_in_its_place_is_neither_followed_nor_waited_for(string swap)
    {
        using var outside = new TestFolder();
        var victims = Directory.CreateDirectory(outside["victims"]).FullName;
        File.WriteAllText(outside["victim"], "untouched");
        File.WriteAllText(Path.Combine(victims, "one"), "untouched");
        var state = Directory.CreateDirectory(outside["state"]).FullName;
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", swap]) { WorkingDirectory = state }
        )!;
        await shell.WaitForExitAsync();

        using (var journal = await Task.Run(() => new Journal(state, "boot", NewId)).WaitAsync(TimeSpan.FromSeconds(30)))
        {
            journal.Id.ShouldBe("id1");
            journal.Start("t");
            journal.End("t", new byte[100_000]);
        }

        using var again = new Journal(state, "boot", NewId);
        again.Id.ShouldBe("id1");
        again.Finished.ShouldBe(["t"]);
        File.ReadAllText(outside["victim"]).ShouldBe("untouched");
        File.ReadAllText(Path.Combine(victims, "one")).ShouldBe("untouched");
    }

    [Fact]
    public void A_result_that_a_task_swapped_is_none()
    {
        using var journal = Open();
        journal.Start("t");
        journal.End("t", new byte[100_000]);
        var file = Directory.GetFiles(folder["results"]).Single();
        File.Delete(file);
        File.CreateSymbolicLink(file, "/etc/passwd");

        journal.Result("t").ShouldBeNull();
        journal.Knows("t").ShouldBe(JournalKnowledge.Finished);
    }

    [RootFact]
    public void What_the_disk_does_not_take_is_not_started()
    {
        using var small = new SmallDisk(folder["disk"]);
        using var journal = new Journal(folder["disk"], "boot", NewId);
        small.Fill();
        var started = new List<string>();
        var fault = Should.Throw<CreelException>(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                journal.Start($"task-{i}");
                started.Add($"task-{i}");
            }
        });
        fault.Fault.Message.ShouldContain("disk is full");

        small.Free();
        journal.Start("after");
        using var again = new Journal(folder["disk"], "boot", NewId);
        again.Id.ShouldBe(journal.Id);
        again.Running.ShouldBe([.. started, "after"]);
    }

    [Fact]
    public void Cut_anywhere_it_knows_every_start_that_was_written_before_the_cut()
    {
        var cases =
            from operations in Gen.ListOf(from task in Gen.Choose(0, 5) from kind in Gen.Choose(0, 2) select (task, kind))
            from cut in Gen.Choose(0, 1000)
            select (operations.ToArray(), cut);
        Prop.ForAll(Arb.From(cases), c => Survives(c.Item1, c.cut)).QuickCheckThrowOnFailure();
    }

    private bool Survives((int Task, int Kind)[] operations, int cut)
    {
        var place = Directory.CreateDirectory(folder[Guid.NewGuid().ToString("N")]).FullName;
        var path = Path.Combine(place, "journal");
        var starts = new List<(string Id, long Length)>();
        long header;
        using (var journal = new Journal(place, "boot", NewId))
        {
            header = new FileInfo(path).Length;
            foreach (var (task, kind) in operations)
            {
                var id = $"t{task}";
                switch (kind)
                {
                    case 0 when journal.Knows(id) == JournalKnowledge.Nothing:
                        journal.Start(id);
                        starts.Add((id, new FileInfo(path).Length));
                        break;
                    case 1 when journal.Knows(id) == JournalKnowledge.Running:
                        journal.End(id, "{}"u8.ToArray());
                        break;
                    case 2:
                        journal.Forget(id);
                        break;
                }
            }
        }

        var length = header + ((new FileInfo(path).Length - header) * cut / 1000);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(length);
        }

        using var again = new Journal(place, "boot", NewId);
        return starts.Where(s => s.Length <= length).All(s => again.Knows(s.Id) != JournalKnowledge.Nothing);
    }

    private Journal Open(string boot = "boot") => new(folder.Path, boot, NewId);

    private string NewId() => $"id{++ids}";
}

using Creel.Core.Channels;

namespace Creel.Conformance.Stores;

/// <summary>What every store of pairings owes.</summary>
public abstract class PairingStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly ChannelAccount Bot = new("telegram", "bot");
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task Who_asks_waits_keeps_his_code_and_is_let_in_by_it()
    {
        (await store.Pairings.AskAsync(Wish("1", "AAAAAAAA"))).ShouldBe(PairingAnswer.Added);
        (await store.Pairings.AskAsync(Wish("1", "BBBBBBBB") with { SeenAt = Now.AddMinutes(1) })).ShouldBe(PairingAnswer.Known);
        await store.ReopenAsync();
        (await store.Pairings.WaitingAsync(Now)).ShouldBe([Wish("1", "AAAAAAAA") with { SeenAt = Now.AddMinutes(1) }]);

        (await store.Pairings.ApproveAsync("slack", null, "AAAAAAAA", Now)).ShouldBeNull();
        (await store.Pairings.ApproveAsync("telegram", "other", "AAAAAAAA", Now)).ShouldBeNull();
        (await store.Pairings.ApproveAsync("telegram", null, "BBBBBBBB", Now)).ShouldBeNull();
        (await store.Pairings.ApproveAsync("telegram", "bot", " aaaaaaaa", Now))!.Sender.ShouldBe("1");
        await store.ReopenAsync();
        (await store.Pairings.PairedAsync()).ShouldBe([new PairedSender(Bot, "1")]);
        (await store.Pairings.WaitingAsync(Now)).ShouldBeEmpty();
        await store.Pairings.AdmitAsync([new PairedSender(Bot, "1"), new PairedSender(Bot, "2")], Now);
        (await store.Pairings.PairedAsync()).ShouldBe([new PairedSender(Bot, "1"), new PairedSender(Bot, "2")]);
        (await store.Pairings.ForgetAsync(Bot, "2")).ShouldBeTrue();
        (await store.Pairings.ForgetAsync(Bot, "1")).ShouldBeTrue();
        (await store.Pairings.ForgetAsync(Bot, "1")).ShouldBeFalse();
        (await store.Pairings.PairedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_code_is_good_for_an_hour_and_then_makes_room()
    {
        foreach (var sender in (string[])["1", "2", "3"])
        {
            (await store.Pairings.AskAsync(Wish(sender, $"CODE{sender}"))).ShouldBe(PairingAnswer.Added);
        }

        (await store.Pairings.AskAsync(Wish("4", "CODE4"))).ShouldBe(PairingAnswer.Full);
        var later = Now.AddMinutes(60);
        (await store.Pairings.ApproveAsync("telegram", null, "CODE1", later)).ShouldBeNull();
        (await store.Pairings.WaitingAsync(later)).ShouldBeEmpty();
        (await store.Pairings.AskAsync(Wish("4", "CODE4") with { CreatedAt = later, SeenAt = later })).ShouldBe(
            PairingAnswer.Added
        );
        (await store.Pairings.AskAsync(Wish("1", "CODE9") with { CreatedAt = later, SeenAt = later })).ShouldBe(
            PairingAnswer.Added
        );
        (await store.Pairings.WaitingAsync(later)).Select(w => w.Code).Order().ShouldBe(["CODE4", "CODE9"]);
    }

    [Fact]
    public async Task Strangers_who_ask_at_once_get_three_codes()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(async () => await store.Pairings.AskAsync(Wish($"{i}", $"CODE{i}"))))
        );

        answers.Count(a => a == PairingAnswer.Added).ShouldBe(3);
    }

    private static PairingRequest Wish(string sender, string code) => new(Bot, sender, "Ann", code, Now, Now);
}

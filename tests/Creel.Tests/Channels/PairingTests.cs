using Creel.Core.Channels;

namespace Creel.Tests.Channels;

public class PairingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);

    [Fact]
    public void A_code_has_eight_signs_that_nobody_takes_for_others()
    {
        for (var b = 0; b < 256; b++)
        {
            var code = Pairing.Code(Enumerable.Repeat((byte)b, 8).ToArray());
            code.Length.ShouldBe(8);
            code.ShouldNotContain('0');
            code.ShouldNotContain('O');
            code.ShouldNotContain('1');
            code.ShouldNotContain('I');
        }
    }

    [Fact]
    public void Three_wait_and_a_fourth_hears_nothing()
    {
        var waiting = new List<PairingRequest>();
        foreach (var sender in (string[])["1", "2", "3"])
        {
            Pairing.Ask(waiting, Wish(sender)).ShouldBe(PairingAnswer.Added);
            waiting.Add(Wish(sender));
        }

        Pairing.Ask(waiting, Wish("4")).ShouldBe(PairingAnswer.Full);
        Pairing.Ask(waiting, Wish("2", code: "ZZZZZZZZ")).ShouldBe(PairingAnswer.Known);
        Pairing.Ask(waiting, Wish("1", account: "biz")).ShouldBe(PairingAnswer.Full);
        waiting[0] = waiting[0] with { CreatedAt = Now - TimeSpan.FromMinutes(60) };
        Pairing.Ask(waiting, Wish("4")).ShouldBe(PairingAnswer.Added);
    }

    private static PairingRequest Wish(string sender, string account = "default", string? code = null) =>
        new(new ChannelAccount("telegram", account), sender, null, code ?? $"CODE{sender}{account}", Now, Now);
}

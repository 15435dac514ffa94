using Creel.Core;
using Creel.Core.Budgets;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Budgets;

public class MoneyTests
{
    [Theory]
    [InlineData("5", 5_000_000_000, "$5.00")]
    [InlineData("$1.23", 1_230_000_000, "$1.23")]
    [InlineData("0.000000001", 1, "$0.000000001")]
    [InlineData("$0", 0, "$0.00")]
    [InlineData("1000000000", 1_000_000_000_000_000_000, "$1000000000.00")]
    public void Dollars_are_read_exactly(string text, long nanos, string shown)
    {
        Money.Parse(text).ShouldBe(new Money(nanos));
        new Money(nanos).ToString().ShouldBe(shown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData(" 5")]
    [InlineData("0.0000000001")]
    [InlineData("4000000000")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData(null)]
    public void What_is_no_sum_of_money_is_refused(string? text)
    {
        Money.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<CreelException>(() => Money.Parse(text)).Fault.Kind.ShouldBe(FaultKind.Invalid);
    }

    [Fact]
    public void What_is_printed_is_read_back() =>
        Prop.ForAll<ulong>(n =>
            {
                var money = new Money((long)(n % (ulong)Money.Most.Nanos));
                return Money.Parse(money.ToString()) == money;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Arithmetic_never_wraps()
    {
        Should.Throw<OverflowException>(() => new Money(long.MaxValue) + new Money(1));
        Should.Throw<OverflowException>(() => new Money(long.MinValue) - new Money(1));
        (Money.Most + Money.Most).ShouldBe(new Money(8_000_000_000_000_000_000));
        new Money(long.MinValue).ToString().ShouldBe("-$9223372036.854775808");
    }

    [Fact]
    public void A_fraction_of_a_nano_dollar_is_refused() => Should.Throw<CreelException>(() => Money.Dollars(0.0000000001m));
}

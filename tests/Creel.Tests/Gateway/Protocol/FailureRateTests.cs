using System.Net;
using Creel.Server.Gateway.Protocol;
using Creel.Tests.Hub;

namespace Creel.Tests.Gateway.Protocol;

/// <summary>Who guesses waits.</summary>
public class FailureRateTests
{
    private const int Most = 3;
    private static readonly IPAddress Guesser = IPAddress.Parse("198.51.100.7");

    private readonly ShiftedTime time = new();
    private readonly FailureRate rate;

    public FailureRateTests() => rate = new FailureRate(Most, TimeSpan.FromMinutes(5), time);

    [Fact]
    public void Who_has_many_addresses_frees_none_of_them()
    {
        Lock(Guesser);
        for (var i = 0; i < 2 * FailureRate.MostKnown; i++)
        {
            rate.Failed(Address(i));
        }

        rate.Wait(Guesser).ShouldNotBeNull();
    }

    [Fact]
    public void Where_all_that_are_known_must_wait_the_oldest_goes_and_no_other()
    {
        Lock(Guesser);
        for (var i = 0; i < FailureRate.MostKnown; i++)
        {
            time.Shift(TimeSpan.FromMilliseconds(1));
            Lock(Address(i));
        }

        rate.Wait(Guesser).ShouldBeNull();
        Enumerable.Range(0, FailureRate.MostKnown).ShouldAllBe(i => rate.Wait(Address(i)) != null);
    }

    [Fact]
    public void A_wrong_secret_more_ends_no_wait_and_a_right_one_and_time_do()
    {
        Lock(Guesser);
        time.Shift(TimeSpan.FromMinutes(2));
        rate.Failed(Guesser);
        rate.Wait(Guesser).ShouldNotBeNull();
        time.Shift(TimeSpan.FromMinutes(4));
        rate.Wait(Guesser).ShouldBeNull();

        Lock(Guesser);
        rate.Succeeded(Guesser);
        rate.Wait(Guesser).ShouldBeNull();
    }

    [Fact]
    public void A_network_of_version_6_is_one_address_and_a_mapped_one_is_the_old_one()
    {
        for (var i = 0; i < Most; i++)
        {
            rate.Failed(IPAddress.Parse($"2001:db8:1:2::{i:x}"));
        }

        rate.Wait(IPAddress.Parse("2001:db8:1:2:ffff::9")).ShouldNotBeNull();
        rate.Wait(IPAddress.Parse("2001:db8:1:3::1")).ShouldBeNull();
        Lock(Guesser);
        rate.Wait(Guesser.MapToIPv6()).ShouldNotBeNull();
    }

    private void Lock(IPAddress address)
    {
        for (var i = 0; i < Most; i++)
        {
            rate.Failed(address);
        }
    }

    private static IPAddress Address(int i) => new([10, 0, (byte)(i >> 8), (byte)i]);
}

using System.Buffers;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>How a line to a gateway behaves.</summary>
/// <param name="Version">Ours, which the gateway shows.</param>
public sealed record LineTerms(string Version)
{
    /// <summary>From the first packet to being let in.</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A trial of a gateway, from the first packet to the table of its steps: shorter than whoever asks for it waits.</summary>
    public TimeSpan Trying { get; init; } = TimeSpan.FromSeconds(22);

    /// <summary>Before the second try; each further pause is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(750);

    /// <summary>Before an agent that was just made is looked for again.</summary>
    public TimeSpan FreshPause { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long an agent that was just made may be unseen.</summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of a frame, in either direction.</summary>
    public int MostBytes { get; init; } = Core.Gateway.GatewayLimits.Payload;

    /// <summary>Bytes of frames that nobody asked for, in a minute.</summary>
    public int UnaskedPerMinute { get; init; } = GatewayBounds.UnaskedPerMinute;

    /// <summary>Where frames are read into.</summary>
    public ArrayPool<byte> Memory { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>0 to 1, anew each time.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>Told of each reconnect and each wait, in a sentence without secrets.</summary>
    public Action<string> Tell { get; init; } = _ => { };
}

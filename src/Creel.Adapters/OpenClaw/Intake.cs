using Creel.Core.Gateway;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>How much of what a gateway sends is taken: of an answer by what was asked, and of all that nobody asked for so much in a minute.</summary>
internal sealed class Intake(LineTerms terms, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private long began = time.GetTimestamp();
    private long unasked;

    /// <summary>It has answered who we said that we are.</summary>
    public bool Greeted { get; set; }

    /// <param name="asked">The method that it answers; null: nobody asked.</param>
    /// <returns>Bytes of a frame.</returns>
    public int Most(string? asked) =>
        Math.Min(
            terms.MostBytes,
            asked switch
            {
                null => Greeted ? GatewayBounds.UnaskedBytes : GatewayLimits.FirstFrame,
                // A configuration, a list or a file of any size, or whatever an agent says.
                "config.get" or "config.patch" or "agents.list" or "agents.files.get" or "agent" => GatewayLimits.Payload,
                _ => GatewayBounds.AnswerBytes,
            }
        );

    /// <summary>A frame came that nobody asked for.</summary>
    /// <returns>False: it was one too many.</returns>
    public bool Takes(int length)
    {
        if (time.GetElapsedTime(began) >= Minute)
        {
            (began, unasked) = (time.GetTimestamp(), 0);
        }

        unasked += Math.Max(length, GatewayBounds.LeastUnasked);
        return unasked <= terms.UnaskedPerMinute;
    }
}

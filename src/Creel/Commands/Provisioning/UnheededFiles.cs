using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Provisioning;

/// <summary>What the habitat's files say that is not in force. What is provisioned is what is in force: so who provisions is told.</summary>
/// <param name="File">Null: no habitat is up.</param>
/// <param name="Notice">Null: what they say is in force.</param>
/// <param name="Wrong">They are no habitat at all; else they wait for a person.</param>
internal sealed record UnheededFiles(string? File, string? Notice, bool Wrong)
{
    public static async Task<UnheededFiles> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return Call.Read<UnheededFiles>(await call.Client.SendAsync(HttpMethod.Post, "habitat/look", null, cancel));
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            // None is up: who is asked next says so.
            return new UnheededFiles(null, null, Wrong: false);
        }
    }

    public void Say(Call call)
    {
        if (Notice is { } notice)
        {
            call.Note(PlainText.Line($"note: {notice}"));
        }
    }

    /// <param name="why">What is not done for it.</param>
    public CreelException Refusal(string why) =>
        new(
            Fault.Invalid(
                "habitat-wrong",
                $"{Notice}; {why}",
                $"Mend it first, and see what is wrong with: creel habitat check {File}"
            )
        );
}

using Creel.Core;

namespace Creel.Commands;

/// <summary>What to do where nobody is there: bring a habitat up, or give the one that is up an agent.</summary>
internal static class NobodyThere
{
    public static async Task<string> RemedyAsync(Call call, CancellationToken cancel)
    {
        try
        {
            await call.Client.GetAsync("habitat", cancel);
            return "the habitat that is up has none: creel agent add ID, or at a gateway elsewhere: creel agent add ID --gateway NAME";
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return "bring a habitat up with: creel up FILE";
        }
    }
}

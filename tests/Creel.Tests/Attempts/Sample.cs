using Creel.Core.Link;

namespace Creel.Tests.Attempts;

internal static class Sample
{
    public static AttemptOrder Order(params string[] ids) =>
        new(
            ids,
            "bart",
            "the-secret",
            "/nowhere/home",
            "/nowhere/home/secret",
            "/nowhere/hub/hub.sock",
            int.MaxValue,
            1,
            [],
            [],
            new AttemptLimits()
        );
}

using Creel.Commands.Compat.Containers;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Cli;

public class ClawAnswerTests
{
    [Fact]
    public void Any_text_is_searched_for_an_answer_without_harm() =>
        Prop.ForAll<string?, string?>(
                (before, after) =>
                {
                    var found = ClawAnswer.Find($"{before}\n{{\"payloads\":[{{\"text\":\"x\"}}]}}\n{after}");
                    return found is not null;
                }
            )
            .QuickCheckThrowOnFailure();
}

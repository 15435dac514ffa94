using System.Text;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Work;

public class TaskTypesTests
{
    [Fact]
    public void The_hub_knows_the_types_that_the_runtime_carries_out() =>
        TaskTypes.All.ShouldBe(Creel.Runtime.Executors.ExecutorTable.Names);

    [Theory]
    [InlineData("exce", "did you mean 'exec'?")]
    [InlineData("file:wirte", "did you mean 'file:write'?")]
    [InlineData("paint", "it is one of: exec, script, file:read")]
    public void A_type_that_is_none_is_refused_with_what_was_meant(string type, string remedy)
    {
        var fault = Should.Throw<CreelException>(() => TaskTypes.CheckType(type)).Fault;

        (fault.Kind, fault.Code).ShouldBe((FaultKind.Invalid, "task-type"));
        fault.Remedy.ShouldNotBeNull().ShouldStartWith(remedy);
    }

    [Fact]
    public void Fields_of_all_tasks_and_fields_within_fields_are_left_alone() =>
        TaskTypes.CheckFields(
            Encoding.UTF8.GetBytes(
                """{"type":"exec","command":"x","env":{"comand":"y"},"timeout":5,"retry":true,"id":"mine","description":"d"}"""
            )
        );

    [Fact]
    public void A_field_after_a_line_break_is_found_at_its_place() =>
        Should
            .Throw<CreelException>(() => TaskTypes.CheckFields("{\"type\":\"exec\",\n\n   \"comand\":1}"u8.ToArray()))
            .Fault.Message.ShouldBe("line 3, column 4: exec has no field 'comand'");
}

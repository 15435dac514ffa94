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

    [Theory]
    [InlineData("""{"type":"exec"}""", "exec needs 'command' or 'argv'")]
    [InlineData("""{"type":"exec","command":null,"cwd":"a"}""", "exec needs 'command' or 'argv'")]
    [InlineData("""{"type":"file:write","filePath":"a"}""", "file:write needs 'content'")]
    [InlineData("""{"type":"turn"}""", "turn needs 'message'")]
    public void What_a_type_can_not_do_without_is_missed_at_the_door(string task, string message) =>
        Should.Throw<CreelException>(() => TaskTypes.CheckFields(Encoding.UTF8.GetBytes(task))).Fault.Message.ShouldBe(message);

    [Theory]
    [InlineData("""{"type":"exec","argv":["ls"]}""")]
    [InlineData("""{"type":"build"}""")]
    [InlineData("""{"type":"paint"}""")]
    public void What_has_a_default_or_is_nobodys_here_is_not_missed(string task) =>
        TaskTypes.CheckFields(Encoding.UTF8.GetBytes(task));

    [Fact]
    public void A_field_after_a_line_break_is_found_at_its_place() =>
        Should
            .Throw<CreelException>(() => TaskTypes.CheckFields("{\"type\":\"exec\",\n\n   \"comand\":1}"u8.ToArray()))
            .Fault.Message.ShouldBe("line 3, column 4: exec has no field 'comand'");
}

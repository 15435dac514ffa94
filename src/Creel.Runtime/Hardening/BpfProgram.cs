using System.Runtime.InteropServices;

namespace Creel.Runtime.Hardening;

/// <summary>Builds a classic BPF program for seccomp(2). The accumulator holds the call's number between the rules.</summary>
internal sealed class BpfProgram
{
    public const uint Allow = 0x7fff0000;

    private const int NumberOffset = 0;
    private const int ArchitectureOffset = 4;
    private const int ArgumentsOffset = 16;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort ReturnConstant = 0x06;

    private readonly List<Instruction> instructions = [];

    /// <summary>As the kernel has it: struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Constant);

    public ReadOnlySpan<Instruction> Instructions => CollectionsMarshal.AsSpan(instructions);

    /// <summary>The call fails with this errno.</summary>
    public static uint Fail(int errno) => 0x00050000u | (uint)errno;

    /// <summary>First of all: numbers mean nothing under another architecture's table.</summary>
    public BpfProgram OnlyArchitecture(uint architecture, uint otherwise)
    {
        Add(LoadWord, ArchitectureOffset);
        Add(JumpIfEqual, architecture, ifTrue: 1);
        Add(ReturnConstant, otherwise);
        Add(LoadWord, NumberOffset);
        return this;
    }

    public BpfProgram Above(uint number, uint verdict)
    {
        Add(JumpIfAtLeast, number, ifFalse: 1);
        Add(ReturnConstant, verdict);
        return this;
    }

    public BpfProgram Call(int number, uint verdict)
    {
        Add(JumpIfEqual, (uint)number, ifFalse: 1);
        Add(ReturnConstant, verdict);
        return this;
    }

    /// <summary>Only where the argument has one of these bits (of its low 32).</summary>
    public BpfProgram CallWithBits(int number, int argument, uint bits, uint verdict)
    {
        Add(JumpIfEqual, (uint)number, ifFalse: 4);
        Add(LoadWord, Argument(argument));
        Add(JumpIfAnyBit, bits, ifFalse: 1);
        Add(ReturnConstant, verdict);
        Add(ReturnConstant, Allow);
        return this;
    }

    /// <summary>
    /// Only where the argument (its low 32 bits, all that the kernel looks at) is one of these, or with <paramref
    /// name="but"/> none.
    /// </summary>
    public BpfProgram CallWith(int number, int argument, ReadOnlySpan<uint> values, uint verdict, bool but = false)
    {
        Add(JumpIfEqual, (uint)number, ifFalse: (byte)((values.Length * 2) + 2));
        Add(LoadWord, Argument(argument));
        foreach (var value in values)
        {
            Add(JumpIfEqual, value, ifFalse: 1);
            Add(ReturnConstant, but ? Allow : verdict);
        }

        Add(ReturnConstant, but ? verdict : Allow);
        return this;
    }

    /// <summary>
    /// Where one argument has a value, another must have one, too; else the verdict. Calls whose first argument differs go on
    /// to the next rule.
    /// </summary>
    public BpfProgram CallWithBoth(int number, (int Index, uint Value) first, (int Index, uint Value) second, uint verdict)
    {
        Add(JumpIfEqual, (uint)number, ifFalse: 7);
        Add(LoadWord, Argument(first.Index));
        Add(JumpIfEqual, first.Value, ifFalse: 4);
        Add(LoadWord, Argument(second.Index));
        Add(JumpIfEqual, second.Value, ifFalse: 1);
        Add(ReturnConstant, Allow);
        Add(ReturnConstant, verdict);
        Add(LoadWord, NumberOffset);
        return this;
    }

    public BpfProgram Otherwise(uint verdict)
    {
        Add(ReturnConstant, verdict);
        return this;
    }

    private static uint Argument(int index) => (uint)(ArgumentsOffset + (index * 8));

    private void Add(ushort code, uint constant, byte ifTrue = 0, byte ifFalse = 0) =>
        instructions.Add(new Instruction(code, ifTrue, ifFalse, constant));
}

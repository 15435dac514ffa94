using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Creel.Server.Hub;
using Creel.Server.Hub.Links;

namespace Creel.Tests.Hub;

[Collection(nameof(Alone))]
public sealed class IdleMemoryTests
{
    [Fact]
    public async Task What_a_peak_left_is_given_back_in_the_calm_after_it()
    {
        var memory = new IdleMemory();
        memory.Look();
        var left = Peak();
        memory.Look().ShouldBeFalse("there was no calm yet");
        var collected = false;
        await Eventually.Until(() => collected |= memory.Look());
        left.IsAlive.ShouldBeFalse();
        memory.Look().ShouldBeFalse("there is nothing more to give back");
    }

    [Fact]
    public async Task The_buffer_of_a_large_message_goes_into_no_pool()
    {
        var frame = new byte[10 + 8 * 1024 * 1024];
        (frame[0], frame[1]) = (0x82, 127);
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), frame.Length - 10);
        using var socket = WebSocket.CreateFromStream(new MemoryStream(frame), new WebSocketCreationOptions());
        var reader = new LinkReader(socket, new Intake(), TimeSpan.FromMinutes(1), TimeProvider.System)
        {
            Limit = 16 * 1024 * 1024,
        };
        await reader.ReadAsync(default);
        MemoryMarshal.TryGetArray(reader.Message, out var message).ShouldBeTrue();
        message.Count.ShouldBe(8 * 1024 * 1024);
        reader.Release();
        var rented = ArrayPool<byte>.Shared.Rent(message.Array!.Length);
        rented.ShouldNotBeSameAs(message.Array);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Peak() => new(new byte[256 * 1024 * 1024]);
}

using System.Runtime.InteropServices;
using Creel.Core;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>Makes folders one by one from those that are there, each held by its descriptor: no name is looked up twice, and no link followed.</summary>
internal static class PlainPath
{
    private const uint Private = 0x1c0;
    private const int Exists = 17;
    private const uint Sticky = 0x200;
    private const uint WrittenByOthers = 0x12;

    /// <summary>The folder, made with its parents where they are missing, 0700.</summary>
    /// <returns>Held; and whether this call made it.</returns>
    /// <exception cref="CreelException">A part is a link or a file, or a folder that somebody else could exchange is to be changed.</exception>
    public static (SafeFileHandle Held, bool Made) Provide(string folder)
    {
        var missing = new Stack<string>();
        var at = folder;
        SafeFileHandle? held;
        while ((held = Find(at)) is null)
        {
            missing.Push(Path.GetFileName(at));
            at = Path.GetDirectoryName(at)!;
        }

        var made = false;
        foreach (var name in missing)
        {
            using var parent = held;
            CheckParent(at, parent);
            at = Path.Combine(at, name);
            made = Libc.mkdirat((int)parent.DangerousGetHandle(), name, Private) == 0;
            if (!made && Marshal.GetLastPInvokeError() is var error and not Exists)
            {
                throw new CreelException(Fault.Unavailable("folder", $"{at} can't be made: {KernelFault.Words(error)}"));
            }

            held = BeneathFile.HoldIn(parent, name, at);
        }

        return (held, made);
    }

    /// <summary>The folder, made as by <see cref="Provide"/>: one that is ours, in one where nobody else can put something in its place.</summary>
    /// <exception cref="CreelException">It is none such, or a part of the path is a link.</exception>
    public static SafeFileHandle ProvideOwn(string folder)
    {
        var held = Find(folder);
        var above = Path.GetDirectoryName(folder);
        if (above is not null)
        {
            var there = above;
            SafeFileHandle? parent;
            while ((parent = Find(there)) is null)
            {
                there = Path.GetDirectoryName(there)!;
            }

            using (parent)
            {
                // In a sticky folder nobody exchanges what is there and is another one's; what is not there yet may be anybody's.
                CheckOwn(there, parent, isShared: held is not null, folder);
            }
        }

        held ??= Provide(folder).Held;
        CheckOwn(folder, held, isShared: false, folder);
        return held;
    }

    private static void CheckOwn(string path, SafeFileHandle held, bool isShared, string folder)
    {
        var facts = FileFacts.Of(held);
        if (!facts.IsFolder)
        {
            throw new CreelException(Fault.Invalid("not-a-folder", $"{path} is not a folder", "Move it away."));
        }

        var isKept = facts.Uid == 0 || facts.Uid == (uint)UnixUser.Current.Uid;
        if (isKept && ((facts.Mode & WrittenByOthers) == 0 || (isShared && (facts.Mode & Sticky) != 0)))
        {
            return;
        }

        throw new CreelException(
            Fault.Refused(
                "folder-shared",
                $"in {path} others can put links and files (owner {facts.Uid}, mode {Convert.ToString(facts.Mode & 0xfff, 8)})",
                !isKept ? $"Choose a folder of your own instead of {folder}"
                    : (facts.Mode & Sticky) != 0 && path != folder ? $"Make the folder first: mkdir -p -m 700 {folder}"
                    : $"Close it: chmod go-w {path}"
            )
        );
    }

    /// <summary>As root, what others could exchange is left alone: it would be handed to a cell, whatever it is by then.</summary>
    /// <exception cref="CreelException">They could.</exception>
    public static void CheckParent(string path, SafeFileHandle parent)
    {
        var facts = FileFacts.Of(parent);
        if (!UnixUser.IsRoot || (facts.Uid == 0 && ((facts.Mode & WrittenByOthers) == 0 || (facts.Mode & Sticky) != 0)))
        {
            return;
        }

        throw new CreelException(
            Fault.Refused(
                "folder-parent",
                $"in {path}, which {(facts.Uid == 0 ? "others may write" : $"belongs to uid {facts.Uid}")}, root makes and hands over nothing: "
                    + "its owner could put something else there",
                "Make the folder yourself and give it to the cell's user, or choose one in a folder of root's"
            )
        );
    }

    private static SafeFileHandle? Find(string path)
    {
        try
        {
            return BeneathFile.HoldPlain(path);
        }
        catch (CreelException e) when (e.Fault.Code == "path-missing")
        {
            return null;
        }
    }
}

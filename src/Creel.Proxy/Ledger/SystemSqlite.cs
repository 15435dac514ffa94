using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Creel.Core;
using SQLitePCL;

namespace Creel.Proxy.Ledger;

/// <summary>Lets the SQLite provider find the system's own library, which the distribution patches, instead of a bundled copy.</summary>
internal static class SystemSqlite
{
    private const string Name = "libsqlite3.so.0";

    /// <summary>3.37 is the first with STRICT tables.</summary>
    private const int OldestVersion = 3_037_000;

    private static readonly Lazy<Fault?> Loaded = new(TryLoad);

    /// <exception cref="CreelException">The library is missing or too old.</exception>
    public static void Load()
    {
        if (Loaded.Value is { } fault)
        {
            throw new CreelException(fault);
        }
    }

    private static Fault? TryLoad()
    {
        // An event, since a resolver of the provider's assembly can be set only once, and others may be here before.
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, library) =>
            library == "e_sqlite3" && NativeLibrary.TryLoad(Name, out var handle) ? handle : IntPtr.Zero;
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            return raw.sqlite3_libversion_number() >= OldestVersion
                ? null
                : Fault.Missing("sqlite-old", "The system's SQLite is older than 3.37", "Upgrade the package libsqlite3-0");
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            return Fault.Missing(
                "sqlite-missing",
                $"The system library {Name} can't be loaded",
                "Install it: apt-get install libsqlite3-0"
            );
        }
    }
}

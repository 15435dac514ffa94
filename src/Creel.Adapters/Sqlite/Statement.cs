using System.Text;
using SQLitePCL;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// A prepared statement. Parameters are bound in order with <c>Bind</c>; rows are read with <see cref="Next"/>. Texts travel
/// as bytes with their length, since agents write into them and a NUL character must not cut them off.
/// </summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle) : IDisposable
{
    /// <summary>The library keeps a copy of what was bound last, also while the statement rests.</summary>
    private const int LargestKept = 64 * 1024;

    private int bound;
    private bool large;

    /// <summary>Makes it ready for new parameters.</summary>
    public Statement Begin()
    {
        Close();
        bound = 0;
        return this;
    }

    public Statement Bind(long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, ++bound, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());

    public Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        Span<byte> small = stackalloc byte[512];
        var bytes = value.Length <= 170 ? small[..Encoding.UTF8.GetBytes(value, small)] : Encoding.UTF8.GetBytes(value);
        connection.Check(
            bytes.IsEmpty
                ? raw.sqlite3_bind_text(handle, ++bound, "")
                : raw.sqlite3_bind_text(handle, ++bound, (ReadOnlySpan<byte>)bytes)
        );
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // An empty span would be bound as NULL.
        large |= value.Length > LargestKept;
        connection.Check(
            value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++bound, 0) : raw.sqlite3_bind_blob(handle, ++bound, value)
        );
        return this;
    }

    public Statement Bind(Guid value)
    {
        // Big-endian keeps the order of version 7 ids, so that the index grows at its end.
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    public Statement BindNull()
    {
        connection.Check(raw.sqlite3_bind_null(handle, ++bound));
        return this;
    }

    /// <summary>Moves to the next row; false at the end, where the statement is closed.</summary>
    public bool Next()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            connection.Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
            return false;
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Runs it to its end; answers how many rows it changed.</summary>
    public int Run()
    {
        while (Next())
        {
            // Rows of a pragma, of no interest.
        }

        return connection.Changes;
    }

    /// <summary>Stops reading. An error of the last step was told by that step.</summary>
    public void Close()
    {
        raw.sqlite3_reset(handle);
        if (large)
        {
            raw.sqlite3_clear_bindings(handle);
            large = false;
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    public bool Truth(int column) => Number(column) != 0;

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(handle, column), bigEndian: true);

    public void Dispose() => handle.Dispose();
}

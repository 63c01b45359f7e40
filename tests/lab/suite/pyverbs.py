"""All that pyverbs reads of one device, as JSON: every attribute that its classes have, by the names that they have there.

$1: the device.
"""
import json
import sys

from pyverbs.device import Context, get_device_list

PORT = 1


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    # Enumerations are numbers, too.
    return value if isinstance(value, str) else int(value)


def attributes(value):
    """What it has, less what it does; structures within it by names with a point between."""
    names = {}
    for name in dir(type(value)):
        kind = type(getattr(type(value), name)).__name__
        if name.startswith("_") or kind not in ("getset_descriptor", "property"):
            continue
        of = getattr(value, name)
        if isinstance(of, (bytes, str, int)):
            names[name] = plain(of)
        else:
            names.update({f"{name}.{inner}": it for inner, it in attributes(of).items()})
    return names


def number(query, *words):
    """What a query answers, or the number of the error."""
    try:
        return query(*words)
    except Exception as error:
        return {"errno": getattr(error, "error_code", None)}


name = sys.argv[1]
device = next(it for it in get_device_list() if it.name.decode() == name)
context = Context(name=name)
port = context.query_port(PORT)
gids = context.query_gid_table(port.gid_tbl_len)
print(json.dumps({
    "device": attributes(device),
    "context": [it for it in dir(Context) if not it.startswith("_")],
    "limits": attributes(context.query_device()),
    "extended": attributes(context.query_device_ex()),
    "port": attributes(port),
    "gids": [attributes(it) | {"text": it.gid_str()} for it in gids],
    "gids one by one": [
        [str(context.query_gid(PORT, it.gid_index)), context.query_gid_type(PORT, it.gid_index)] for it in gids
    ],
    "pkeys": [number(context.query_pkey, PORT, it) for it in range(port.pkey_tbl_len)],
    "clock": number(context.query_rt_values_ex),
    "speed": number(context.query_port_speed, PORT),
}))

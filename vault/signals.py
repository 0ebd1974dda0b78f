"""What an app above may want to know of keys. Nothing is sent along but whose they are."""

from django.dispatch import Signal

# People have a further data key; sent within that transaction. `people`, the ids of all of them
key_changed = Signal()

# Another master key is the active one: whatever else depends on the old one changes over now.
master_key_changed = Signal()

# A ring is closed in which something did not open. `person` whose it is, `count`, and `own`: whether the ring was theirs
not_opened = Signal()

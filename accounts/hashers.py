"""How passwords are hashed: Argon2id, strong enough for ASVS and light enough for a small host."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """64 MiB, three passes, four lanes. Django's default asks 100 MiB and eight lanes a sign-in."""

    time_cost = 3
    memory_cost = 65_536
    parallelism = 4

"""Where the tables are declared."""

TABLES = (
    "clusters.kernel.clock",
    "clusters.kernel.audit",
    "clusters.kernel.decisions",
    "clusters.structure.models",
    "clusters.people.models",
    "clusters.modules.models",
    "clusters.cascade.models",
    "clusters.training.models",
    "clusters.progress.models",
    "clusters.imports.models",
    "clusters.joining.models",
    "messaging.consent.models",
    "messaging.channels.models",
    "messaging.outbox.models",
    "messaging.outbox.brakes.models",
    "messaging.proof.models",
    "messaging.inbound.models",
    "messaging.announcing.models",
    "cop.consent.models",
    "cop.ties.models",
    "cop.knowledge.models",
    "cop.questions.models",
    "cop.ticks",
    "cop.web.models",
)
"""Every module with tables; a test compares this list with the tree."""

"""How the portal is run: processes, health, logs, letters about faults."""

"""The commands: what each takes (`add_parser`) and does (`run`), in the module of its name."""

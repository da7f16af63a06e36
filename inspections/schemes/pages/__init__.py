"""The pages of schemes: the schemes themselves, their tasks, their indicators, their reviews."""

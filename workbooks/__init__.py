"""The assessment systems that travel in the package: scheme, form and samples of each."""

create database weir_results;

-- -1: unknown; else the cells erased.
if not living() then
  return {-1}
end
return {remove()}
